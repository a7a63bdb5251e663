package approve

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
)

const message = "name: board\nissued: \"2026-11-20\"\n"

// book is one with the keys of approvers.
func bookOf(t *testing.T, approvers string) *Book {
	t.Helper()
	a, err := ParseApprovers("approvers", approvers)
	if err != nil {
		t.Fatal(err)
	}
	return &Book{Approvers: a}
}

// skKey is a hardware key in software.
type skKey struct {
	wire []byte
	sign func(flags byte, message []byte) []byte // the signature with its trailer
}

func skEd25519() skKey {
	public, private, _ := ed25519.GenerateKey(rand.Reader)
	wire := ssh.Marshal(struct {
		Type string
		Key  []byte
		App  string
	}{ssh.KeyAlgoSKED25519, public, "ssh:"})
	return skKey{wire, func(flags byte, message []byte) []byte {
		return skSignature(ssh.KeyAlgoSKED25519, ed25519.Sign(private, skMessage(flags, message)), flags)
	}}
}

func skECDSA() skKey {
	private, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	point, _ := private.PublicKey.Bytes()
	wire := ssh.Marshal(struct {
		Type, Curve string
		Key         []byte
		App         string
	}{ssh.KeyAlgoSKECDSA256, "nistp256", point, "ssh:"})
	return skKey{wire, func(flags byte, message []byte) []byte {
		digest := sha256.Sum256(skMessage(flags, message))
		r, s, _ := ecdsa.Sign(rand.Reader, private, digest[:])
		return skSignature(ssh.KeyAlgoSKECDSA256, ssh.Marshal(struct{ R, S *big.Int }{r, s}), flags)
	}}
}

func skMessage(flags byte, message []byte) []byte {
	app, digest := sha256.Sum256([]byte("ssh:")), sha256.Sum256(message)
	out := append(app[:], flags)
	return append(binary.BigEndian.AppendUint32(out, 7), digest[:]...)
}

func skSignature(format string, blob []byte, flags byte) []byte {
	out := ssh.Marshal(struct {
		Format string
		Blob   []byte
	}{format, blob})
	return binary.BigEndian.AppendUint32(append(out, flags), 7)
}

func signedBlob(hash, message string) []byte {
	key := approvetest.Ed25519("x") // for its message alone
	return key.Message(Namespace, hash, message)
}

// softwareKeys are those of every kind that may approve, but for hardware keys.
func softwareKeys() map[string]approvetest.Key {
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	p521, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	r3072, _ := rsa.GenerateKey(rand.Reader, 3072)
	r4096, _ := rsa.GenerateKey(rand.Reader, 4096)
	return map[string]approvetest.Key{
		"ed25519": approvetest.Ed25519("ann"), "ecdsa-256": approvetest.Of(p256), "ecdsa-384": approvetest.Of(p384),
		"ecdsa-521": approvetest.Of(p521), "rsa-3072": approvetest.Of(r3072), "rsa-4096": approvetest.Of(r4096),
	}
}

// signed is a signature of ann's, by one kind of key and hash.
type signed struct {
	name, approvers, sig string
	untouched            bool // by a hardware key that nobody touched
}

// signatures are those by all 16 kinds of key and hash, by hardware keys touched and not.
func signatures(t *testing.T) []signed {
	t.Helper()
	var all []signed
	for _, hash := range []string{"sha256", "sha512"} {
		for name, key := range softwareKeys() {
			all = append(all, signed{
				name: name + "-" + hash, sig: key.SignFor(Namespace, hash, message),
				approvers: key.Approver("ann@example.com", `namespaces="controls-exceptions"`),
			})
		}
		for name, key := range map[string]skKey{"sk-ed25519": skEd25519(), "sk-ecdsa": skECDSA()} {
			public := must(ssh.ParsePublicKey(key.wire))
			for flags, untouched := range map[byte]bool{1: false, 5: false, 0: true, 4: true} {
				all = append(all, signed{
					name:      fmt.Sprintf("%s-%s-%d", name, hash, flags),
					approvers: "ann@example.com " + string(ssh.MarshalAuthorizedKey(public)),
					sig: approvetest.Armour(approvetest.Blob(key.wire, Namespace, hash,
						key.sign(flags, signedBlob(hash, message)))),
					untouched: untouched,
				})
			}
		}
	}
	return all
}

// Every kind of key and hash is verified, and a hardware key has to have been touched.
func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, s := range signatures(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			got := bookOf(t, s.approvers).Check("s", []byte(message), []byte(s.sig))
			if s.untouched == (got.Problem == "") || s.untouched && !strings.Contains(got.Problem, "nobody touched") {
				t.Errorf("got %q", got.Problem)
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Just what ssh-keygen writes is a signature: whatever is before, after or inside is refused.
func TestSignatureFormRefused(t *testing.T) {
	t.Parallel()
	ann := approvetest.Ed25519("ann")
	good := ann.Sign(message)
	b := bookOf(t, ann.Approver("ann", ""))
	if got := b.Check("s", []byte(message), []byte(strings.TrimSuffix(good, "\n"))); got.Problem != "" {
		t.Errorf("without the last line end: %s", got.Problem)
	}
	sig := must(parseSignature([]byte(good)))
	inner := ssh.Marshal(sig.sig)
	blob := func(hash string, signature []byte) string {
		return approvetest.Armour(approvetest.Blob(sig.key.Marshal(), Namespace, hash, signature))
	}
	edit := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("no %q", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	rsa2048, _ := rsa.GenerateKey(rand.Reader, 2048)
	version2 := approvetest.Blob(sig.key.Marshal(), Namespace, "sha512", inner)
	version2[9] = 2
	for name, tc := range map[string]struct{ text, want string }{
		"empty":              {"", "is empty"},
		"white space":        {" \n", "is empty"},
		"text before":        {"x\n" + good, "does not begin with"},
		"a line end before":  {"\n" + good, "does not begin with"},
		"text after":         {good + "x", "goes on after"},
		"a second line end":  {good + "\n", "goes on after"},
		"two signatures":     {good + good, "goes on after"},
		"CRLF":               {strings.ReplaceAll(good, "\n", "\r\n"), "carriage returns"},
		"an empty line":      {edit("SIGNATURE-----\n", "SIGNATURE-----\n\n"), "empty or too long"},
		"one long line":      {armourBegin + strings.Repeat("A", 80) + "\n" + armourEnd, "empty or too long"},
		"a space within":     {edit("U1NI", "U1NI "), "not base64"},
		"cut off":            {good[:len(good)/2], "cut off"},
		"another armour":     {strings.ReplaceAll(good, "SSH SIGNATURE", "PGP SIGNATURE"), "does not begin with"},
		"no signature in it": {approvetest.Armour([]byte("hello")), "no SSH signature"},
		"bytes after": {
			approvetest.Armour(append(approvetest.Blob(sig.key.Marshal(), Namespace, "sha512", inner), 0)), "damaged",
		},
		"bytes in the inside": {blob("sha512", append(inner, 0)), "bytes after the signature itself"},
		"another hash":        {blob("md5", inner), `the hash "md5"`},
		"version 2":           {approvetest.Armour(version2), "of version 2"},
		"another format": {
			blob("sha512", ssh.Marshal(&ssh.Signature{Format: "ssh-rsa", Blob: sig.sig.Blob})),
			`in the format "ssh-rsa" by a key of the kind "ssh-ed25519"`,
		},
		"a small RSA key":   {approvetest.Of(rsa2048).Sign(message), "RSA of another size"},
		"another namespace": {ann.SignFor("git", "sha512", message), `for the namespace "git"`},
		"too large":         {strings.Repeat("A", maxSignatureBytes+1), "more than 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := b.Check("s", []byte(message), []byte(tc.text))
			if !strings.Contains(got.Problem, tc.want) || got.Approver.Principal != "" {
				t.Errorf("got %q, want %q", got.Problem, tc.want)
			}
		})
	}
}

// FuzzSignature checks that what is taken for a signature is written the one way that it has,
// and that no other text is good.
func FuzzSignature(f *testing.F) {
	ann := approvetest.Ed25519("ann")
	good := ann.Sign(message)
	for _, text := range []string{
		good, good + "\n", strings.ReplaceAll(good, "\n", "\r\n"), "x" + good, good[:100],
		armourBegin,
	} {
		f.Add(text)
	}
	a := must(ParseApprovers("approvers", ann.Approver("ann", "")))
	b := &Book{Approvers: a}
	f.Fuzz(func(t *testing.T, text string) {
		got := b.Check("s", []byte(message), []byte(text))
		if got.Problem == "" && strings.Join(strings.Fields(text), "\n") != strings.Join(strings.Fields(good), "\n") {
			sig := must(parseSignature([]byte(text)))
			if !sig.verify([]byte(message)) {
				t.Errorf("taken: %q", text)
			}
		}
	})
}
