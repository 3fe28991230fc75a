package address

import "math/bits"

// ends is a set of positions in a number, a bit for each. A number has at most 15 digits.
type ends uint32

// matcher matches a number with a pattern of libphonenumber's data. These are regular expressions
// of digits, \d, classes such as [2-57], groups, |, $, ? and {n} or {n,m}.
//
// It follows all ways at once: each part of the pattern turns the set of positions at which it can
// begin into that of positions at which it can end. So it needs no preparation; compiling the
// expressions of one country takes as long as a whole text.
type matcher struct {
	pattern string
	at      int // in the pattern
	number  string
}

// matches returns where a match that begins with the number can end.
func matches(pattern, number string) ends {
	m := matcher{pattern: pattern, number: number}
	return m.alternatives(1)
}

// whole reports whether a pattern matches a whole number.
func whole(pattern, number string) bool { return matches(pattern, number)&(1<<len(number)) != 0 }

// alternatives reads branches up to the end of a group.
func (m *matcher) alternatives(from ends) ends {
	to := m.sequence(from)
	for m.at < len(m.pattern) && m.pattern[m.at] == '|' {
		m.at++
		to |= m.sequence(from)
	}
	return to
}

// sequence reads parts up to the end of a branch.
func (m *matcher) sequence(from ends) ends {
	for m.at < len(m.pattern) && m.pattern[m.at] != '|' && m.pattern[m.at] != ')' {
		from = m.repeated(from)
	}
	return from
}

// repeated reads a part and how often it may come.
func (m *matcher) repeated(from ends) ends {
	begin := m.at
	once := m.part(from)
	end := m.at
	least, most := m.count()
	after := m.at
	to, now := ends(0), from
	if least == 0 {
		to = from
	}
	for n := 1; n <= most && now != 0; n++ {
		if n == 1 {
			now = once
		} else {
			m.at = begin
			now = m.part(now)
		}
		if n >= least {
			to |= now
		}
	}
	m.at = max(end, after)
	return to
}

// count reads ?, {n} or {n,m}; without one of them a part comes once.
func (m *matcher) count() (least, most int) {
	if m.at == len(m.pattern) {
		return 1, 1
	}
	switch m.pattern[m.at] {
	case '?':
		m.at++
		return 0, 1
	case '{':
		m.at++
		least = m.digits()
		most = least
		if m.pattern[m.at] == ',' {
			m.at++
			most = m.digits()
		}
		m.at++ // }
		return least, most
	}
	return 1, 1
}

func (m *matcher) digits() int {
	n := 0
	for ; m.pattern[m.at] >= '0' && m.pattern[m.at] <= '9'; m.at++ {
		n = 10*n + int(m.pattern[m.at]-'0')
	}
	return n
}

// part reads a group, a class, a digit or the end.
func (m *matcher) part(from ends) ends {
	switch c := m.pattern[m.at]; c {
	case '(':
		m.at++
		if m.pattern[m.at] == '?' { // (?:
			m.at += 2
		}
		to := m.alternatives(from)
		m.at++ // )
		return to
	case '[':
		m.at++
		return m.step(from, m.class())
	case '\\': // \d
		m.at += 2
		return m.step(from, 1<<10-1)
	case '$':
		m.at++
		return from & (1 << len(m.number))
	default:
		m.at++
		return m.step(from, 1<<(c-'0'))
	}
}

// class reads the rest of a class and returns the set of its digits.
func (m *matcher) class() (digits uint16) {
	for ; m.pattern[m.at] != ']'; m.at++ {
		first := m.pattern[m.at]
		last := first
		switch {
		case first == '\\': // [013-9]\d and [\d]
			m.at++
			first, last = '0', '9'
		case m.pattern[m.at+1] == '-':
			m.at += 2
			last = m.pattern[m.at]
		}
		for d := first; d <= last; d++ {
			digits |= 1 << (d - '0')
		}
	}
	m.at++
	return digits
}

// step returns the positions behind those at which the number has one of the digits.
func (m *matcher) step(from ends, digits uint16) (to ends) {
	for left := from; left != 0; left &= left - 1 {
		i := bits.TrailingZeros32(uint32(left))
		if i < len(m.number) && digits&(1<<(m.number[i]-'0')) != 0 {
			to |= 1 << (i + 1)
		}
	}
	return to
}
