package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
)

// PrivateKey signs. It prints as nothing, so that no message can show it by accident.
type PrivateKey struct {
	signer crypto.Signer
	public *PublicKey
}

// String keeps the key out of messages.
func (*PrivateKey) String() string { return "(private key)" }

// GoString keeps the key out of messages.
func (*PrivateKey) GoString() string { return "(private key)" }

// Public returns the key that verifies what this one signs.
func (k *PrivateKey) Public() *PublicKey { return k.public }

// sign signs as cosign does: ECDSA and RSA (PKCS #1 v1.5) over SHA-256 whatever the
// size of the key, Ed25519 over the message itself.
func (k *PrivateKey) sign(message []byte) ([]byte, error) {
	if key, ok := k.signer.(ed25519.PrivateKey); ok {
		return ed25519.Sign(key, message), nil
	}
	digest := sha256.Sum256(message)
	// Without a source of randomness an ECDSA signature is deterministic (RFC 6979), as
	// those of the other algorithms are anyway.
	sig, err := k.signer.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, errors.New("the key could not sign") // the cause could quote the key
	}
	return sig, nil
}

// The limits of keys that sign and verify. Larger ones make every verification slow.
const (
	minRSABits = 3072
	maxRSABits = 8192
	maxPEM     = 64 << 10
)

const keyKinds = "ECDSA on P-256 or P-384, Ed25519, or RSA of 3072 bits and more"

// ParsePrivateKey reads the PEM of one private key: PKCS #8, SEC 1 or PKCS #1, or a key of
// cosign's, which the password decrypts; nil for none. Errors never quote what was read.
func ParsePrivateKey(text string, password *string) (*PrivateKey, error) {
	block, err := onlyBlock(text, "private")
	if err != nil {
		return nil, err
	}
	der := block.Bytes
	switch block.Type {
	case "ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY":
		if password == nil {
			return nil, errors.New("the key is encrypted, and there is no password for it: set signing_key_password_wo")
		}
		if der, err = decrypt(block.Bytes, *password); err != nil {
			return nil, err
		}
	case "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY":
		switch {
		case block.Headers["DEK-Info"] != "":
			return nil, errors.New("the key is encrypted in a way that is not supported (a PEM with DEK-Info): " + encryptedHelp)
		case password != nil && *password != "":
			return nil, errors.New(
				"there is a password, and the key is not encrypted: leave signing_key_password_wo out, or use the encrypted key",
			)
		}
	default:
		return nil, wrongBlock(block.Type)
	}
	signer, err := parseSigner(block.Type, der)
	if err != nil {
		return nil, err
	}
	public, err := newPublicKey(signer.Public())
	if err != nil {
		return nil, err
	}
	return &PrivateKey{signer, public}, nil
}

const encryptedHelp = "decrypt it with openssl pkey; cosign import-key-pair then protects it with a password in the way that is"

func wrongBlock(blockType string) error {
	switch blockType {
	case "ENCRYPTED PRIVATE KEY":
		return errors.New("the key is encrypted in a way that is not supported (PKCS #8): " + encryptedHelp)
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return errors.New("this is a public key, expected the private key that belongs to it")
	case "CERTIFICATE":
		return errors.New("this is a certificate, expected the private key that belongs to it")
	case "OPENSSH PRIVATE KEY":
		return errors.New(
			"this is a key in OpenSSH's format, expected PEM in PKCS #8, SEC 1 or PKCS #1: ssh-keygen -p -m PKCS8 converts " +
				"it, unless it is an Ed25519 key; openssl genpkey makes one of these",
		)
	}
	return errors.New("this is not a private key in PEM, expected PKCS #8, SEC 1, PKCS #1, or a key of cosign's")
}

// parseSigner reads a key by the type of its block. What x509 says about a key that it
// does not understand is left out: it could say something about the key.
func parseSigner(blockType string, der []byte) (crypto.Signer, error) {
	var key any
	var err error
	switch blockType {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(der)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(der)
	default: // what cosign encrypts is PKCS #8 as well
		key, err = x509.ParsePKCS8PrivateKey(der)
	}
	if err != nil {
		return nil, errors.New("the key cannot be read: it is damaged, or of a kind that is not supported, expected " + keyKinds)
	}
	switch k := key.(type) {
	case *ecdsa.PrivateKey:
		return k, nil
	case *rsa.PrivateKey:
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, errors.New("the key is of a kind that is not supported, expected " + keyKinds)
}

// onlyBlock returns the one PEM block of a text. Text before or after it is refused: it
// may be another key that is damaged, and so would be passed over.
func onlyBlock(text, what string) (*pem.Block, error) {
	if len(text) > maxPEM {
		return nil, fmt.Errorf("the text is longer than any %s key in PEM", what)
	}
	rest := strings.TrimSpace(strings.TrimPrefix(text, plaintext.ByteOrderMark))
	if rest == "" {
		return nil, fmt.Errorf("the %s key is empty", what)
	}
	var found *pem.Block
	for rest != "" {
		if !strings.HasPrefix(rest, "-----BEGIN ") {
			return nil, fmt.Errorf("this is not one %s key in PEM: there is text that is no PEM block", what)
		}
		block, after := pem.Decode([]byte(rest))
		// pem.Decode passes over what it cannot read, up to the next block.
		if block == nil || strings.Contains(strings.TrimPrefix(rest[:len(rest)-len(after)], "-----BEGIN "), "-----BEGIN ") {
			return nil, fmt.Errorf(
				"the %s key in PEM is damaged: a line of its file is missing or changed, or line ends were lost on the way", what,
			)
		}
		rest = strings.TrimSpace(string(after))
		if block.Type == "EC PARAMETERS" {
			continue // openssl ecparam writes the name of the curve before the key
		}
		if found != nil {
			return nil, fmt.Errorf("there is more than one PEM block, expected one %s key", what)
		}
		found = block
	}
	if found == nil {
		return nil, fmt.Errorf("there is no %s key in the PEM", what)
	}
	return found, nil
}
