package attest

import (
	"encoding/json"
	"errors"

	"golang.org/x/crypto/nacl/secretbox"
	"golang.org/x/crypto/scrypt"
)

// encryptedKey is what cosign writes into the PEM block of a password-protected key: a
// PKCS #8 key under NaCl's secretbox, with a key that scrypt makes of the password.
type encryptedKey struct {
	KDF struct {
		Name   string `json:"name"`
		Params struct {
			N int `json:"N"`
			R int `json:"r"`
			P int `json:"p"`
		} `json:"params"`
		Salt []byte `json:"salt"`
	} `json:"kdf"`
	Cipher struct {
		Name  string `json:"name"`
		Nonce []byte `json:"nonce"`
	} `json:"cipher"`
	Ciphertext []byte `json:"ciphertext"`
}

const (
	secretboxNonce = 24
	secretboxKey   = 32
	// maxScryptN keeps the memory below 128 x 8 x N bytes = 1 GiB; cosign uses 2^16.
	maxScryptN = 1 << 20
)

// decrypt returns the PKCS #8 key. As secretbox authenticates, a wrong password never
// gives a wrong key.
func decrypt(data []byte, password string) ([]byte, error) {
	var k encryptedKey
	if err := json.Unmarshal(data, &k); err != nil {
		return nil, errors.New("the encrypted key is damaged, expected one as cosign writes it")
	}
	n := k.KDF.Params.N
	if k.KDF.Name != "scrypt" || k.Cipher.Name != "nacl/secretbox" || len(k.Cipher.Nonce) != secretboxNonce ||
		n < 2 || n > maxScryptN || k.KDF.Params.R != 8 || k.KDF.Params.P != 1 {
		return nil, errors.New("the encrypted key is not encrypted as cosign does (scrypt with r = 8 and p = 1, nacl/secretbox)")
	}
	derived, err := scrypt.Key([]byte(password), k.KDF.Salt, n, k.KDF.Params.R, k.KDF.Params.P, secretboxKey)
	if err != nil {
		return nil, errors.New("the encrypted key has parameters of scrypt that are not possible")
	}
	der, ok := secretbox.Open(nil, k.Ciphertext, (*[secretboxNonce]byte)(k.Cipher.Nonce), (*[secretboxKey]byte)(derived))
	if !ok {
		return nil, errors.New(
			"the encrypted key cannot be decrypted: the password in signing_key_password_wo is wrong, or the key is damaged",
		)
	}
	return der, nil
}
