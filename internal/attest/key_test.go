package attest_test

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

// keyCase is a private key that is refused.
type keyCase struct {
	pem      string
	password *string
	words    string
}

func TestParsePrivateKey_refuses(t *testing.T) {
	t.Parallel()
	keys := testKeys()
	p256, rsaKey, cosign := keys[0].pem, keys[5].pem, keys[7].pem
	public := keys[0].parse(t).Public().PEM()
	wrong, empty, right := "wrong "+testPassword, "", testPassword
	p521 := must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	short := must(rsa.GenerateKey(rand.Reader, 2048))
	damaged := p256[:60] + "!" + p256[61:]
	body := strings.Split(p256, "\n")[1]
	// A damaged block before a good one, which pem.Decode passes over.
	truncated := strings.Replace(p256, "-----END PRIVATE KEY-----\n", "", 1)
	cases := map[string]keyCase{
		"empty":                  {"", nil, "empty"},
		"blank":                  {" \n", nil, "empty"},
		"garbage":                {"hunter2", nil, "no PEM block"},
		"not in PEM":             {body, nil, "no PEM block"},
		"public":                 {public, nil, "public key, expected the private key"},
		"certificate":            {pemBlock("CERTIFICATE", []byte("x")), nil, "certificate"},
		"openssh":                {pemBlock("OPENSSH PRIVATE KEY", []byte("x")), nil, "OpenSSH"},
		"other block":            {pemBlock("MESSAGE", []byte("x")), nil, "not a private key"},
		"two keys":               {p256 + rsaKey, nil, "more than one"},
		"key and its public key": {p256 + public, nil, "more than one"},
		"text before":            {"Bag Attributes\n" + p256, nil, "no PEM block"},
		"text after":             {p256 + "x", nil, "no PEM block"},
		"damaged":                {damaged, nil, "damaged"},
		"damaged before another": {truncated + rsaKey, nil, "damaged"},
		"der damaged":            {pemBlock("PRIVATE KEY", []byte("x")), nil, "cannot be read"},
		"another form":           {pemBlock("PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short)), nil, "cannot be read"},
		"encrypted, no password": {cosign, nil, "encrypted, and there is no password"},
		"encrypted, wrong":       {cosign, &wrong, "password in signing_key_password_wo is wrong"},
		"encrypted, empty":       {cosign, &empty, "is wrong"},
		"encrypted, not JSON":    {pemBlock("ENCRYPTED SIGSTORE PRIVATE KEY", []byte("x")), &right, "damaged"},
		"encrypted, other way": {
			pemBlock("ENCRYPTED SIGSTORE PRIVATE KEY", []byte(`{"kdf":{"name":"argon2"}}`)), &right,
			"not encrypted as cosign does",
		},
		"encrypted, much work": {
			pemBlock(
				"ENCRYPTED SIGSTORE PRIVATE KEY",
				[]byte(
					`{"kdf":{"name":"scrypt","params":{"N":2097152,"r":8,"p":1}},`+
						`"cipher":{"name":"nacl/secretbox","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}`,
				),
			),
			&right,
			"not encrypted as cosign does",
		},
		"encrypted PKCS #8": {pemBlock("ENCRYPTED PRIVATE KEY", []byte("x")), &right, "not supported"},
		"encrypted by openssl": {
			string(
				pem.EncodeToMemory(
					&pem.Block{
						Type:    "EC PRIVATE KEY",
						Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"},
						Bytes:   []byte("x"),
					},
				),
			),
			nil,
			"not supported",
		},
		"password for plain key": {p256, &right, "not encrypted"},
		"curve":                  {pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(p521))), nil, "P-521"},
		"RSA too short": {
			pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short)), nil, "2048 bits, expected 3072",
		},
		"longer than any key":     {strings.Repeat("x", 100_000), nil, "longer than any"},
		"kind that does not sign": {pemBlock("EC PARAMETERS", []byte("x")), nil, "no private key"},
	}
	ecdhKey := must(ecdh.X25519().GenerateKey(rand.Reader))
	cases["kind that only exchanges"] = keyCase{
		pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ecdhKey))), nil, "of a kind that is not supported",
	}
	secrets := []string{body, body[10:30], "hunter2", testPassword}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := attest.ParsePrivateKey(c.pem, c.password)
			refused(t, err, c.words)
			for _, secret := range secrets {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error quotes what must stay secret: %s", err)
				}
			}
		})
	}
}

// encryptedWith is a key under other parameters than those of cosign.
func encryptedWith(t *testing.T, old, replacement string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(testKeys()[7].pem))
	return pemBlock("ENCRYPTED SIGSTORE PRIVATE KEY", []byte(replaced(t, string(block.Bytes), old, replacement)))
}

// A nonce of another length would be none of secretbox, and more work than cosign asks
// for would keep a plan busy for as long as the file wants.
func TestParsePrivateKey_encryptedParameters(t *testing.T) {
	t.Parallel()
	password := testPassword
	nonce := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	block, _ := pem.Decode([]byte(testKeys()[7].pem))
	_, rest, _ := strings.Cut(string(block.Bytes), `"nonce":"`)
	given, _, _ := strings.Cut(rest, `"`)
	const another, wrong = "is not encrypted as cosign does", "the password in signing_key_password_wo is wrong"
	for name, c := range map[string]struct{ old, replacement, words string }{
		"no nonce":           {given, "", another},
		"short nonce":        {given, nonce(23), another},
		"another nonce":      {given, nonce(24), wrong},
		"long nonce":         {given, nonce(25), another},
		"no salt":            {`"salt":"`, `"salt":"","other":"`, wrong},
		"kdf":                {`"name":"scrypt"`, `"name":"argon2id"`, another},
		"cipher":             {`"name":"nacl/secretbox"`, `"name":"aes-gcm"`, another},
		"other ciphertext":   {`"ciphertext":"`, `"ciphertext":"AAAA`, wrong},
		"least work":         {`"N":1024`, `"N":2`, wrong},
		"no work":            {`"N":1024`, `"N":1`, another},
		"work below nothing": {`"N":1024`, `"N":-1`, another},
		"no power of two":    {`"N":1024`, `"N":1023`, "parameters of scrypt that are not possible"},
		"too much work":      {`"N":1024`, `"N":1048577`, another},
		"small blocks":       {`"r":8`, `"r":7`, another},
		"large blocks":       {`"r":8`, `"r":9`, another},
		"no lanes":           {`"p":1`, `"p":0`, another},
		"two lanes":          {`"p":1`, `"p":2`, another},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := attest.ParsePrivateKey(encryptedWith(t, c.old, c.replacement), &password)
			refused(t, err, c.words)
		})
	}
}

// Keys of RSA are taken up to a length, on both sides to the bit.
func TestParsePublicKey_bounds(t *testing.T) {
	t.Parallel()
	for bits, words := range map[int]string{
		3071: "3071 bits, expected 3072 to 8192", 3072: "", 8192: "", 8193: "8193 bits, expected 3072 to 8192",
	} {
		key := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), bits-1, 1), E: 65537}
		_, err := attest.ParsePublicKey(pemBlock("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key))))
		switch {
		case words != "":
			refused(t, err, words)
		case err != nil:
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}

// A text is read up to a length, which no key comes near.
func TestParseKeys_length(t *testing.T) {
	t.Parallel()
	const most = 64 << 10
	key := testKeys()[0]
	for name, parse := range map[string]func(string) error{
		key.pem:                     func(text string) error { _, err := attest.ParsePrivateKey(text, nil); return err },
		key.parse(t).Public().PEM(): func(text string) error { _, err := attest.ParsePublicKey(text); return err },
	} {
		if err := parse(name + strings.Repeat("\n", most-len(name))); err != nil {
			t.Error(err)
		}
		refused(t, parse(name+strings.Repeat("\n", most-len(name)+1)), "longer than any")
	}
}

func TestParsePrivateKey_accepts(t *testing.T) {
	t.Parallel()
	empty := ""
	key := testKeys()[1]
	texts := map[string]string{
		"with the curve before": pemBlock("EC PARAMETERS", []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}) + key.pem,
		"with space around":     "\n  " + key.pem + "\n\n",
		"with a mark and space": "\ufeff\r\n" + key.pem,
	}
	maps.Copy(texts, asOtherSystemsWrite(key.pem))
	for name, text := range texts {
		if _, err := attest.ParsePrivateKey(text, &empty); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, key := range testKeys() {
		want := key.parse(t).Public()
		for form, text := range asOtherSystemsWrite(key.pem) {
			got, err := attest.ParsePrivateKey(text, key.password)
			if err != nil || got.Public().ID() != want.ID() {
				t.Errorf("%s, %s: %v", key.name, form, err)
			}
		}
		for form, text := range asOtherSystemsWrite(want.PEM()) {
			got, err := attest.ParsePublicKey(text)
			if err != nil || got.PEM() != want.PEM() {
				t.Errorf("public key of %s, %s: %v", key.name, form, err)
			}
		}
	}
	parsed := key.parse(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, parsed); got != "(private key)" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

// The fingerprints are what ssh-keygen -l prints for the keys.
func TestPublicKey_ID(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ecdsa-p256": "SHA256:ih+AjbpWOd/BGFNo6Qcg3AneTktlK0xni3Hu/o/kV+k",
		"ecdsa-p384": "SHA256:rh17gK3Qi2Lx0iTk1/xJ/yZOK/AQYGql+9XRV3QDaF0",
		"ed25519":    "SHA256:URsGRUYREmG34mmAajddxzDjHAuNjkq0RD3NTd+tlCQ",
		"rsa-3072":   "SHA256:/NVBb2sMD+miq3EsfaxCqKWqiW0ZMMmaUota1jANp5I",
	} {
		text := strings.ReplaceAll(string(must(os.ReadFile("testdata/keys/"+name+".pub"))), "\r\n", "\n")
		key, err := attest.ParsePublicKey(text)
		if err != nil {
			t.Fatal(err)
		}
		if key.ID() != want {
			t.Errorf("%s: %s, expected %s", name, key.ID(), want)
		}
		if key.PEM() != text {
			t.Errorf("%s: written again it is %s", name, key.PEM())
		}
	}
}

func TestParsePublicKey_refuses(t *testing.T) {
	t.Parallel()
	key := testKeys()[0]
	public := key.parse(t).Public().PEM()
	long := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 8192, 1), E: 65537}
	x25519 := must(x509.MarshalPKIXPublicKey(must(ecdh.X25519().GenerateKey(rand.Reader)).Public()))
	p521 := must(x509.MarshalPKIXPublicKey(must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)).Public()))
	for name, c := range map[string]struct{ pem, words string }{
		"private":     {key.pem, "private key, expected a public one"},
		"encrypted":   {testKeys()[7].pem, "private key"},
		"certificate": {pemBlock("CERTIFICATE", []byte("x")), "openssl x509"},
		"two":         {public + public, "more than one"},
		"garbage":     {"x", "no PEM block"},
		"damaged":     {pemBlock("PUBLIC KEY", []byte("x")), "cannot be read"},
		"other block": {pemBlock("MESSAGE", []byte("x")), "not a public key"},
		"curve":       {pemBlock("PUBLIC KEY", p521), "P-521"},
		"exchanges":   {pemBlock("PUBLIC KEY", x25519), "of a kind that is not supported"},
		"too long":    {pemBlock("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(long))), "8193 bits, expected 3072 to 8192"},
		"PKCS #1":     {pemBlock("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(long)), "8193 bits"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := attest.ParsePublicKey(c.pem)
			refused(t, err, c.words)
		})
	}
}
