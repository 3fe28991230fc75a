package intercept

import (
	"crypto/sha1"
	"encoding/binary"
	"strconv"
	"time"
	"unicode/utf16"
)

// trustStorePassword is the password of [Trust.TrustStore], Java's default. The trust store
// contains no secrets.
const trustStorePassword = "changeit"

// jks writes certificates as a trust store in Java's own format, because every JDK reads it and
// keytool may be missing: a magic number, version 2, one entry per certificate, and a SHA-1 of the
// password, a constant and everything before (OpenJDK, sun/security/provider/JavaKeyStore.java).
func jks(certs [][]byte, made time.Time) []byte {
	b := binary.BigEndian.AppendUint32(nil, 0xfeedfeed)
	b = binary.BigEndian.AppendUint32(b, 2)
	b = binary.BigEndian.AppendUint32(b, uint32(len(certs)))
	for i, der := range certs {
		b = binary.BigEndian.AppendUint32(b, 2) // a trusted certificate
		b = appendJavaString(b, "twilsim-"+strconv.Itoa(i))
		b = binary.BigEndian.AppendUint64(b, uint64(made.UnixMilli()))
		b = appendJavaString(b, "X.509")
		b = binary.BigEndian.AppendUint32(b, uint32(len(der)))
		b = append(b, der...)
	}
	digest := sha1.New()
	for _, unit := range utf16.Encode([]rune(trustStorePassword)) {
		digest.Write(binary.BigEndian.AppendUint16(nil, unit))
	}
	digest.Write([]byte("Mighty Aphrodite"))
	digest.Write(b)
	return digest.Sum(b)
}

// appendJavaString appends ASCII as java.io.DataOutput.writeUTF does.
func appendJavaString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}
