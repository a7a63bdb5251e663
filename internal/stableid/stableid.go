// Package stableid makes identifiers that follow from what they identify, so that the same
// inputs give the same bytes.
package stableid

import (
	"crypto/sha1" // what UUIDs of version 5 are made of
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// namespace is that of the project's UUIDs: the UUID of version 5 of its address,
// https://github.com/security-controls/terraform-provider-controls/report, in the
// namespace of URLs (RFC 9562, section 6.6).
var namespace = [16]byte{
	0x8b, 0xfb, 0xd5, 0xbf, 0x91, 0x43, 0x5d, 0x56, 0xa1, 0x3c, 0xc7, 0x00, 0x86, 0xff, 0xb1, 0x33,
}

func uuid5(space [16]byte, name string) [16]byte {
	h := sha1.New()
	h.Write(space[:])
	h.Write([]byte(name))
	var id [16]byte
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0F | 0x50
	id[8] = id[8]&0x3F | 0x80
	return id
}

// UUID returns the UUID of version 5 of a thing that the parts identify.
func UUID(parts ...string) string {
	id := uuid5(namespace, strings.Join(parts, "\x00"))
	var out [36]byte
	hex.Encode(out[0:8], id[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], id[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], id[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], id[8:10])
	out[23] = '-'
	hex.Encode(out[24:], id[10:])
	return string(out[:])
}

// Short returns 16 hexadecimal digits that identify a text.
func Short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
