// The entry of every page: loads the modules and starts them once.
import './theme.js';
import { start as keys } from './keys.js';
import { start as visit } from './visit.js';
import { start as live } from './live.js';
import { start as forms } from './forms.js';
import { start as list } from './list.js';
import { start as phones } from './phones.js';
import { start as exchanges } from './exchanges.js';
import { start as carrier } from './carrier.js';
import { start as account } from './account.js';
import { start as scenario } from './scenario.js';
import { start as runs } from './runs.js';
import { start as ticking } from './clock.js';
import { start as alarm } from './alarm.js';

for (const start of [visit, live, forms, list, keys, phones, exchanges, carrier, account, scenario, runs, ticking, alarm]) start();
document.documentElement.dataset.ready = '';
