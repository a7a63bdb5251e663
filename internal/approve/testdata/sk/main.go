// Package main is a hardware key in software, for ssh-keygen: a library that it loads in place of
// the one that speaks to devices (SSH_SK_PROVIDER). Whoever touches it is the caller: the flag
// that says so is the one that was asked for.
package main

/*
#include <stdint.h>
#include <stdlib.h>

// Of OpenSSH's sk-api.h, version 10.
struct sk_enroll_response {
	uint8_t flags;
	uint8_t *public_key;
	size_t public_key_len;
	uint8_t *key_handle;
	size_t key_handle_len;
	uint8_t *signature;
	size_t signature_len;
	uint8_t *attestation_cert;
	size_t attestation_cert_len;
	uint8_t *authdata;
	size_t authdata_len;
};

struct sk_sign_response {
	uint8_t flags;
	uint32_t counter;
	uint8_t *sig_r;
	size_t sig_r_len;
	uint8_t *sig_s;
	size_t sig_s_len;
};
*/
import "C"

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"unsafe"
)

const (
	apiVersion = 0x000a0000
	algECDSA   = 0
	algEd25519 = 1
	failed     = -1
	counter    = 7
)

func main() {}

//export sk_api_version
func sk_api_version() C.uint32_t { return apiVersion }

//export sk_enroll
func sk_enroll(
	alg C.uint32_t, challenge *C.uint8_t, size C.size_t, application *C.char, flags C.uint8_t, pin *C.char,
	options unsafe.Pointer, out **C.struct_sk_enroll_response,
) C.int {
	var public, handle []byte
	switch alg {
	case algEd25519:
		key, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return failed
		}
		public, handle = key, private.Seed()
	case algECDSA:
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return failed
		}
		if public, err = private.PublicKey.Bytes(); err != nil {
			return failed
		}
		if handle, err = private.Bytes(); err != nil {
			return failed
		}
	default:
		return failed
	}
	r := (*C.struct_sk_enroll_response)(C.calloc(1, C.sizeof_struct_sk_enroll_response))
	r.flags = flags
	r.public_key, r.public_key_len = give(public)
	r.key_handle, r.key_handle_len = give(handle)
	r.signature, r.signature_len = give([]byte("none"))
	*out = r
	return 0
}

//export sk_sign
func sk_sign(
	alg C.uint32_t, data *C.uint8_t, size C.size_t, application *C.char, handle *C.uint8_t, handleSize C.size_t,
	flags C.uint8_t, pin *C.char, options unsafe.Pointer, out **C.struct_sk_sign_response,
) C.int {
	secret := C.GoBytes(unsafe.Pointer(handle), C.int(handleSize))
	app := sha256.Sum256([]byte(C.GoString(application)))
	message := sha256.Sum256(C.GoBytes(unsafe.Pointer(data), C.int(size)))
	signed := append(app[:], byte(flags))
	signed = append(binary.BigEndian.AppendUint32(signed, counter), message[:]...)
	r := (*C.struct_sk_sign_response)(C.calloc(1, C.sizeof_struct_sk_sign_response))
	r.flags, r.counter = flags, counter
	switch alg {
	case algEd25519:
		r.sig_r, r.sig_r_len = give(ed25519.Sign(ed25519.NewKeyFromSeed(secret), signed))
	case algECDSA:
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret)
		if err != nil {
			return failed
		}
		digest := sha256.Sum256(signed)
		var x, y *big.Int
		if x, y, err = ecdsa.Sign(rand.Reader, private, digest[:]); err != nil {
			return failed
		}
		r.sig_r, r.sig_r_len = give(x.Bytes())
		r.sig_s, r.sig_s_len = give(y.Bytes())
	default:
		return failed
	}
	*out = r
	return 0
}

//export sk_load_resident_keys
func sk_load_resident_keys(pin *C.char, options, keys unsafe.Pointer, count *C.size_t) C.int {
	return failed
}

// give hands bytes to whoever frees them.
func give(b []byte) (*C.uint8_t, C.size_t) { return (*C.uint8_t)(C.CBytes(b)), C.size_t(len(b)) }
