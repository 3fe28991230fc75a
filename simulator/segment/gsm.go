package segment

// septets returns the units of a character in GSM 03.38: 1 in the basic alphabet, 2 in its
// extension (F-404), 0 in neither. Backtick, ç, á, í, ó and ú are in neither (F-405).
func septets(r rune) int {
	switch {
	case 'a' <= r && r <= 'z',
		' ' <= r && r <= 'Z': // all of ASCII from the space to Z, the commercial at included
		return 1
	case r < 0x80:
		return asciiSeptets(r)
	}
	switch r {
	case '£', '¥', '¤', '§', '¡', '¿',
		'è', 'é', 'ù', 'ì', 'ò', 'à', 'Ç', 'É',
		'Ø', 'ø', 'Å', 'å', 'Æ', 'æ', 'ß',
		'Ä', 'Ö', 'Ñ', 'Ü', 'ä', 'ö', 'ñ', 'ü',
		'Δ', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ':
		return 1
	case '€':
		return 2
	}
	return 0
}

// asciiSeptets is septets for the punctuation and the controls of ASCII.
func asciiSeptets(r rune) int {
	switch r {
	case '\n', '\r', '_':
		return 1
	case '\f', '^', '{', '}', '\\', '[', '~', ']', '|':
		return 2
	}
	return 0
}
