//go:build interop

package attest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// Verifiers of others hold what is issued here against their own understanding of it.
// `make test-interop` builds them; none of them gets to the network.

// trustedRoot is an empty set of keys of logs and authorities, in place of the one that
// cosign would download.
const trustedRoot = `{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`

// attestedFiles is a directory with everything that a verifier gets.
type attestedFiles struct {
	dir        string
	name       string // of the key
	digest     string // of the subject, without the algorithm
	statements map[attest.Kind]string
}

func (a attestedFiles) path(name string) string { return filepath.Join(a.dir, name) }

func (a attestedFiles) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(a.path(name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// attestedTo attests with a key, and writes what others get: the guide has the same
// names for the files.
func attestedTo(t *testing.T, k testKey) attestedFiles {
	t.Helper()
	r := request(t, full())
	r.Subjects = []attest.Subject{
		{Name: "commit", URI: "https://example.com/shop", Digest: map[string]string{"gitCommit": strings.Repeat("0a", 20)}},
	}
	r.ResourceURI = "https://example.com/shop"
	r.Key = k.parse(t)
	a := issue(t, r)
	files := attestedFiles{
		t.TempDir(), k.name, strings.TrimPrefix(canonicaljson.Digest([]byte(r.Assessments[0])), "sha256:"), a.Statements,
	}
	files.write(t, "assessment.json", r.Assessments[0])
	files.write(t, "other.json", r.Assessments[0]+" ")
	files.write(t, "key.pub", r.Key.Public().PEM())
	other := testKeys()[0]
	if k.name == other.name || k.name == "ecdsa-p256-sec1" || k.name == "cosign-sigstore" {
		other = testKeys()[2]
	}
	files.write(t, "other.pub", other.parse(t).Public().PEM())
	files.write(t, "changed.pub", changedKey(t, r.Key.Public().PEM()))
	files.write(t, "trusted_root.json", trustedRoot)
	for _, kind := range attest.Kinds {
		files.write(t, string(kind)+".dsse.json", a.Envelopes[kind])
		files.write(t, string(kind)+".sigstore.json", a.Bundles[kind])
		files.write(t, string(kind)+".payload.dsse.json", changed(t, a.Envelopes[kind], "payload"))
		files.write(t, string(kind)+".payload.sigstore.json", changed(t, a.Bundles[kind], "payload"))
		files.write(t, string(kind)+".sig.dsse.json", changed(t, a.Envelopes[kind], "sig"))
		files.write(t, string(kind)+".sig.sigstore.json", changed(t, a.Bundles[kind], "sig"))
		files.write(t, string(kind)+".type.dsse.json", replaced(t, a.Envelopes[kind], "vnd.in-toto", "vnd.in-tota"))
		files.write(t, string(kind)+".type.sigstore.json", replaced(t, a.Bundles[kind], "vnd.in-toto", "vnd.in-tota"))
	}
	return files
}

// changedKey changes one byte of a public key, near its end: what comes before is the
// kind of the key, which nobody would take for one.
func changedKey(t *testing.T, text string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("no key in %s", text)
	}
	block.Bytes[len(block.Bytes)-10] ^= 1
	return string(pem.EncodeToMemory(block))
}

// changed changes one byte of what a field has in base64. The byte is within a URI of
// the payload, so that the JSON remains JSON.
func changed(t *testing.T, text, field string) string {
	t.Helper()
	start := strings.Index(text, `"`+field+`":"`) + len(field) + 4
	encoded := text[start : start+strings.IndexByte(text[start:], '"')]
	b := must(base64.StdEncoding.DecodeString(encoded))
	at := len(b) - 5
	if field == "payload" {
		at = bytes.Index(b, []byte("assessment-")) + 3
	}
	b[at] ^= 1
	return replaced(t, text, encoded, base64.StdEncoding.EncodeToString(b))
}

// verifier runs one of the verifiers.
func verifier(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	bin, err := filepath.Abs(filepath.Join("..", "..", "bin", "interop", name))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Dir = dir
	// A proxy that nobody listens on: whoever wants the network fails.
	cmd.Env = append(os.Environ(), "HOME="+dir, "HTTPS_PROXY=http://127.0.0.1:9", "HTTP_PROXY=http://127.0.0.1:9")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// command is one way to verify, with the parts that a case may replace.
type command struct {
	name string
	args func(kind attest.Kind, variant, key, typeURI, subject string, a attestedFiles) []string
	// refuses names the keys that the verifier does not take, which the guide says.
	refuses string
	kinds   []attest.Kind
}

var typeOf = map[attest.Kind]string{
	attest.Controls: attest.ControlsType, attest.VSA: attest.VSAType, attest.SVR: attest.SVRType,
	attest.SummaryKind: attest.SummaryType,
}

var commands = []command{
	{
		name:  "cosign",
		kinds: attest.Kinds,
		args: func(kind attest.Kind, variant, key, typeURI, subject string, _ attestedFiles) []string {
			return []string{
				"verify-blob-attestation", "--key", key, "--bundle", string(kind) + variant + ".sigstore.json",
				"--insecure-ignore-tlog", "--type", typeURI, subject,
			}
		},
	},
	{
		name:  "cosign2",
		kinds: attest.Kinds,
		args: func(kind attest.Kind, variant, key, typeURI, subject string, _ attestedFiles) []string {
			return []string{
				"verify-blob-attestation", "--key", key, "--bundle", string(kind) + variant + ".sigstore.json",
				"--new-bundle-format", "--trusted-root", "trusted_root.json", "--insecure-ignore-tlog", "--type", typeURI,
				subject,
			}
		},
	},
	{
		name:  "cosign2",
		kinds: attest.Kinds,
		args: func(kind attest.Kind, variant, key, typeURI, subject string, _ attestedFiles) []string {
			return []string{
				"verify-blob-attestation", "--key", key, "--signature", string(kind) + variant + ".dsse.json",
				"--insecure-ignore-tlog", "--type", typeURI, subject,
			}
		},
	},
	{
		name:    "slsa-verifier",
		kinds:   []attest.Kind{attest.VSA},
		refuses: "ecdsa-p384",
		args: func(kind attest.Kind, variant, key, typeURI, subject string, a attestedFiles) []string {
			digest := a.digest
			if subject != "assessment.json" {
				digest = strings.Repeat("ab", 32)
			}
			resource := "https://example.com/shop"
			if typeURI != attest.VSAType {
				resource += "x" // there is no flag for the type
			}
			return []string{
				"verify-vsa", "--subject-digest", "sha256:" + digest, "--attestation-path", string(kind) + variant + ".dsse.json",
				"--verifier-id", attest.DefaultIssuer, "--resource-uri", resource,
				"--verified-level", "CONTROLS_ALL_MET_WITH_EXCEPTIONS", "--public-key-path", key,
			}
		},
	},
}

func TestInterop(t *testing.T) {
	for _, k := range testKeys() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			files := attestedTo(t, k)
			for _, c := range commands {
				for _, kind := range c.kinds {
					args := c.args(kind, "", "key.pub", typeOf[kind], "assessment.json", files)
					t.Run(c.name+"/"+string(kind)+"/"+filepath.Ext(strings.TrimSuffix(args[4], ".json"))[1:], func(t *testing.T) {
						c.verify(t, kind, files)
					})
				}
			}
		})
	}
}

func (c command) verify(t *testing.T, kind attest.Kind, files attestedFiles) {
	good := c.args(kind, "", "key.pub", typeOf[kind], "assessment.json", files)
	out, err := verifier(t, files.dir, c.name, good...)
	if c.refuses != "" && strings.HasPrefix(files.name, c.refuses) {
		if err == nil {
			t.Fatalf("%s takes %s keys now: say so in the guide", c.name, files.name)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", c.name, strings.Join(good, " "), err, out)
	}
	for what, args := range map[string][]string{
		"payload":      c.args(kind, ".payload", "key.pub", typeOf[kind], "assessment.json", files),
		"signature":    c.args(kind, ".sig", "key.pub", typeOf[kind], "assessment.json", files),
		"payload type": c.args(kind, ".type", "key.pub", typeOf[kind], "assessment.json", files),
		"key":          c.args(kind, "", "other.pub", typeOf[kind], "assessment.json", files),
		"byte of key":  c.args(kind, "", "changed.pub", typeOf[kind], "assessment.json", files),
		"type":         c.args(kind, "", "key.pub", typeOf[kind]+"x", "assessment.json", files),
		"subject":      c.args(kind, "", "key.pub", typeOf[kind], "other.json", files),
	} {
		if out, err := verifier(t, files.dir, c.name, args...); err == nil {
			t.Errorf("%s accepts another %s: %s\n%s", c.name, what, strings.Join(args, " "), out)
		}
	}
}

// The subject by its digest, without the file.
func TestInterop_digest(t *testing.T) {
	files := attestedTo(t, testKeys()[0])
	for _, name := range []string{"cosign", "cosign2"} {
		for digest, accepted := range map[string]bool{files.digest: true, strings.Repeat("ab", 32): false} {
			args := []string{
				"verify-blob-attestation", "--key", "key.pub", "--bundle", "controls.sigstore.json", "--insecure-ignore-tlog",
				"--type", attest.ControlsType, "--digest", digest, "--digestAlg", "sha256",
			}
			if name == "cosign2" {
				args = append(args, "--new-bundle-format", "--trusted-root", "trusted_root.json")
			}
			if out, err := verifier(t, files.dir, name, args...); (err == nil) != accepted {
				t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
			}
		}
	}
}

// The other way round: a key that cosign made signs here, and what cosign signed with it
// is verified here.
func TestInterop_keysOfCosign(t *testing.T) {
	password := "with a space"
	t.Setenv("COSIGN_PASSWORD", password)
	for _, name := range []string{"cosign", "cosign2"} {
		dir := t.TempDir()
		if out, err := verifier(t, dir, name, "generate-key-pair"); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		private := string(must(os.ReadFile(filepath.Join(dir, "cosign.key"))))
		public := strings.ReplaceAll(string(must(os.ReadFile(filepath.Join(dir, "cosign.pub")))), "\r\n", "\n")
		key := testKey{name, private, &password}.parse(t)
		if key.Public().PEM() != public {
			t.Errorf("%s: the public key is %s, expected %s", name, key.Public().PEM(), public)
		}
		files := attestedTo(t, testKey{name, private, &password})
		commands[0].verify(t, attest.Controls, files)

		if name == "cosign2" {
			continue
		}
		files.write(t, "statement.json", files.statements[attest.Controls])
		files.write(t, "cosign.key", private)
		out, err := verifier(t, files.dir, name, "attest-blob", "--key", "cosign.key", "--statement", "statement.json",
			"--bundle", "cosign.sigstore.json", "--tlog-upload=false", "--use-signing-config=false", "--yes")
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		bundle := string(must(os.ReadFile(files.path("cosign.sigstore.json"))))
		v := attest.Verification{
			Bundle:          bundle,
			Keys:            []*attest.PublicKey{key.Public()},
			SubjectDigest:   "sha256:" + files.digest,
			AllowExceptions: true,
			Now:             now,
		}
		if _, err := attest.Verify(v); err != nil {
			t.Errorf("the bundle of %s: %v\n%s", name, err, bundle)
		}
	}
}
