import twilsim from './index.cjs'

export const { start, attach, Simulator, TwilsimError } = twilsim
