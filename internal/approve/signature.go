package approve

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Namespace is what signatures over registers are for, so that one over anything else, such
// as a commit, is none: ssh-keygen -Y sign -n controls-exceptions.
const Namespace = "controls-exceptions"

// The armour of a signature, and what its bytes begin with (OpenSSH's PROTOCOL.sshsig).
const (
	armourBegin = "-----BEGIN SSH SIGNATURE-----\n"
	armourEnd   = "-----END SSH SIGNATURE-----"
	magic       = "SSHSIG"
	sigVersion  = 1
)

// Bounds of keys and signatures. A signature by the largest key has some 6 kB.
const (
	minRSABits        = 3072
	maxRSABits        = 16384
	maxSignatureBytes = 64 << 10
	skTrailer         = 5 // flags and counter of a hardware key
	skPresent         = 1 // the flag that says that somebody touched it
)

// signature is a detached signature as its file has it, before it is held against anything.
type signature struct {
	key  ssh.PublicKey
	hash string // "sha256" or "sha512", of the message
	sig  *ssh.Signature
}

// wireSignature is the form of the bytes within the armour, after the magic.
type wireSignature struct {
	Version   uint32
	PublicKey []byte
	Namespace string
	Reserved  string
	Hash      string
	Signature []byte
}

// wireSigned is what is signed, after the magic.
type wireSigned struct {
	Namespace string
	Reserved  string
	Hash      string
	Message   []byte // its digest
}

// parseSignature reads a file with a signature. It takes just what ssh-keygen writes: one
// armour, and nothing before, after or inside it. Errors are phrases about the file.
func parseSignature(text []byte) (*signature, error) {
	data, err := openArmour(text)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, errors.New("has no SSH signature in its armour")
	}
	var w wireSignature
	switch err := ssh.Unmarshal(rest, &w); {
	case err != nil:
		return nil, errors.New("has a damaged SSH signature in its armour")
	case w.Version != sigVersion:
		return nil, fmt.Errorf("has a signature of version %d, expected %d", w.Version, sigVersion)
	case w.Namespace != Namespace:
		return nil, words.Errorf("has a signature for the namespace %q, expected %q: sign with ssh-keygen -Y sign -n %s",
			words.Clip(w.Namespace, maxQuoted), Namespace, Namespace)
	case w.Reserved != "":
		return nil, errors.New("has a signature with a reserved part, expected none")
	case w.Hash != "sha256" && w.Hash != "sha512":
		return nil, words.Errorf("has a signature over the hash %q, expected sha256 or sha512", words.Clip(w.Hash, maxQuoted))
	case !bytes.Equal(ssh.Marshal(w), rest):
		return nil, errors.New("has an SSH signature that is not written the one way that there is")
	}
	key, err := parseKey(w.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("is by a key that %w", err)
	}
	sig := new(ssh.Signature)
	if err := ssh.Unmarshal(w.Signature, sig); err != nil {
		return nil, errors.New("has a damaged SSH signature in its armour")
	}
	return &signature{key: key, hash: w.Hash, sig: sig}, checkSignatureForm(key, sig)
}

// openArmour returns the bytes within the armour.
func openArmour(text []byte) ([]byte, error) {
	s := string(text)
	switch {
	case len(s) > maxSignatureBytes:
		return nil, fmt.Errorf("has more than %d KiB, expected one SSH signature", maxSignatureBytes>>10)
	case strings.TrimSpace(s) == "":
		return nil, errors.New("is empty, expected one SSH signature")
	case strings.Contains(s, "\r"):
		return nil, errors.New("has carriage returns, expected LF line ends: let Git leave the file as it is, " +
			"by \"*.sig -text\" in .gitattributes")
	}
	body, ok := strings.CutPrefix(s, armourBegin)
	if !ok {
		return nil, errors.New("does not begin with -----BEGIN SSH SIGNATURE-----, expected what ssh-keygen -Y sign writes")
	}
	body, after, ok := strings.Cut(body, armourEnd)
	switch {
	case !ok || !strings.HasSuffix(body, "\n"):
		return nil, errors.New("lacks the line -----END SSH SIGNATURE-----: it is cut off")
	case after != "" && after != "\n":
		return nil, errors.New("goes on after -----END SSH SIGNATURE-----, expected one signature to a file")
	}
	var joined strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\n"), "\n") {
		if line == "" || len(line) > 76 {
			return nil, errors.New("has a line within the armour that is empty or too long, expected base64 in short lines")
		}
		joined.WriteString(line)
	}
	data, err := strictBase64(joined.String())
	if err != nil {
		return nil, fmt.Errorf("has an armour that %w", err)
	}
	return data, nil
}

// strictBase64 decodes base64 that is spelt the one way that bytes have.
func strictBase64(s string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil || base64.StdEncoding.EncodeToString(data) != s {
		return nil, errors.New("is not base64 (RFC 4648, with padding)")
	}
	return data, nil
}

// keyFormats gives, by the type of a key, the formats of signatures that it may make. What is
// not there is refused: DSA, certificates, keys of browsers.
func keyFormats(keyType string) []string {
	switch keyType {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
		ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return []string{keyType}
	case ssh.KeyAlgoRSA:
		return []string{ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512}
	}
	return nil
}

// keyKinds names the kinds of keys that may sign.
const keyKinds = "Ed25519, ECDSA on P-256, P-384 or P-521, either on a hardware key, or RSA"

// hardware reports whether a key is on a token that has to be touched.
func hardware(key ssh.PublicKey) bool {
	return key.Type() == ssh.KeyAlgoSKED25519 || key.Type() == ssh.KeyAlgoSKECDSA256
}

// parseKey reads the bytes of a public key that may sign. Errors are phrases about the key.
func parseKey(wire []byte) (ssh.PublicKey, error) {
	key, err := anyKey(wire)
	if err != nil {
		return nil, err
	}
	if keyFormats(key.Type()) == nil {
		return nil, words.Errorf("is of the kind %q, expected %s", key.Type(), keyKinds)
	}
	if key.Type() == ssh.KeyAlgoRSA {
		crypto, ok := key.(ssh.CryptoPublicKey)
		if !ok {
			return nil, errors.New("cannot be read")
		}
		k, ok := crypto.CryptoPublicKey().(*rsa.PublicKey)
		if !ok || k.N.BitLen() < minRSABits || k.N.BitLen() > maxRSABits {
			return nil, fmt.Errorf("is RSA of another size than %d to %d bits: take a larger one, or Ed25519", minRSABits,
				maxRSABits)
		}
	}
	return key, nil
}

// anyKey reads the bytes of a public key of whatever kind, but for certificates.
func anyKey(wire []byte) (ssh.PublicKey, error) {
	key, err := ssh.ParsePublicKey(wire)
	if err != nil || !bytes.Equal(key.Marshal(), wire) {
		return nil, errors.New("is damaged, or of a kind that is not supported, expected " + keyKinds)
	}
	if _, ok := key.(*ssh.Certificate); ok {
		return nil, errors.New("is a certificate, which is not supported: name the key itself")
	}
	return key, nil
}

// checkSignatureForm refuses what a verifier might read in two ways, and a hardware key that
// nobody touched.
func checkSignatureForm(key ssh.PublicKey, sig *ssh.Signature) error {
	formed := false
	for _, format := range keyFormats(key.Type()) {
		formed = formed || sig.Format == format
	}
	switch {
	case !formed:
		return words.Errorf("has a signature in the format %q by a key of the kind %q, expected %s",
			words.Clip(sig.Format, maxQuoted), key.Type(), words.Or(keyFormats(key.Type())))
	case !hardware(key) && len(sig.Rest) > 0, hardware(key) && len(sig.Rest) != skTrailer:
		return errors.New("has bytes after the signature itself")
	case hardware(key) && sig.Rest[0]&skPresent == 0:
		return errors.New("is by a hardware key that nobody touched, expected one that asks for it: " +
			"make it without no-touch-required")
	}
	return nil
}

// verify reports whether the signature is over a message.
func (s *signature) verify(message []byte) bool {
	signed := wireSigned{Namespace: Namespace, Hash: s.hash}
	switch s.hash {
	case "sha256":
		sum := sha256.Sum256(message)
		signed.Message = sum[:]
	case "sha512":
		sum := sha512.Sum512(message)
		signed.Message = sum[:]
	}
	return s.key.Verify(append([]byte(magic), ssh.Marshal(signed)...), s.sig) == nil
}

// fingerprint is that of the key, as ssh-keygen -l shows it: "SHA256:" and base64.
func (s *signature) fingerprint() string { return ssh.FingerprintSHA256(s.key) }

// lfForm is a text with LF for every CRLF: what was signed, where Git has changed it since.
func lfForm(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }
