// Package approvetest makes keys and signatures over registers, for tests.
package approvetest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Namespace is that of signatures over registers.
const Namespace = "controls-exceptions"

// Key signs.
type Key struct{ Signer ssh.Signer }

// Ed25519 returns the same key for the same name.
func Ed25519(name string) Key {
	seed := sha256.Sum256([]byte(name))
	return Of(ed25519.NewKeyFromSeed(seed[:]))
}

// Of returns a key of Go's as one that signs.
func Of(key crypto.Signer) Key {
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		panic(err)
	}
	return Key{signer}
}

// Public is the public key as a .pub file has it, without a comment.
func (k Key) Public() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.Signer.PublicKey())))
}

// Fingerprint is that of the key, as ssh-keygen -l shows it.
func (k Key) Fingerprint() string { return ssh.FingerprintSHA256(k.Signer.PublicKey()) }

// Approver is a line of an allowed_signers file, with options or without ("").
func (k Key) Approver(principal, options string) string {
	return strings.Join(strings.Fields(principal+" "+options+" "+k.Public()), " ") + "\n"
}

// Sign returns the file with the signature over a register.
func (k Key) Sign(message string) string { return k.SignFor(Namespace, "sha512", message) }

// SignFor signs for a namespace, by the hash "sha256" or "sha512" of the message.
func (k Key) SignFor(namespace, hash, message string) string {
	signed := k.Message(namespace, hash, message)
	return Armour(Blob(k.Signer.PublicKey().Marshal(), namespace, hash, ssh.Marshal(k.sign(signed))))
}

// Message is what a signature over a message is made of.
func (Key) Message(namespace, hash, message string) []byte {
	digest := sha512.Sum512([]byte(message))
	sum := digest[:]
	if hash == "sha256" {
		digest := sha256.Sum256([]byte(message))
		sum = digest[:]
	}
	return append([]byte("SSHSIG"), ssh.Marshal(struct {
		Namespace, Reserved, Hash string
		Message                   []byte
	}{namespace, "", hash, sum})...)
}

func (k Key) sign(signed []byte) *ssh.Signature {
	var sig *ssh.Signature
	var err error
	if a, ok := k.Signer.(ssh.AlgorithmSigner); ok && k.Signer.PublicKey().Type() == ssh.KeyAlgoRSA {
		sig, err = a.SignWithAlgorithm(rand.Reader, signed, ssh.KeyAlgoRSASHA512)
	} else {
		sig, err = k.Signer.Sign(rand.Reader, signed)
	}
	if err != nil {
		panic(err)
	}
	return sig
}

// Blob is what the armour of a signature is around.
func Blob(key []byte, namespace, hash string, signature []byte) []byte {
	return append([]byte("SSHSIG"), ssh.Marshal(struct {
		Version   uint32
		Key       []byte
		Namespace string
		Reserved  string
		Hash      string
		Signature []byte
	}{1, key, namespace, "", hash, signature})...)
}

// Armour writes bytes as ssh-keygen does, in lines of 70 characters.
func Armour(data []byte) string {
	var b strings.Builder
	b.WriteString("-----BEGIN SSH SIGNATURE-----\n")
	for text := base64.StdEncoding.EncodeToString(data); text != ""; {
		n := min(70, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return b.String() + "-----END SSH SIGNATURE-----\n"
}
