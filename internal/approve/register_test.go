package approve_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
)

const register = `name: security-board
issued: "2026-11-20"
workload:
  - shop-prod
  - blog-*
exceptions:
  - services: [azure-key-vault, azure-storage]
    controls: [vnet-injection, SC-28]
    justification: Reached through a service endpoint, from one subnet alone.
    ticket: SEC-1042
    approved_by: ciso
    compensating_controls: [A wall]
    expires: "2027-06-30"
evidence:
  - service: azure-key-vault
    control: customer-keys
    condition: Premium tier only
    reference: main.tf
`

func parse(t *testing.T, file, text string) (*approve.Register, error) {
	t.Helper()
	r, errs := approve.ParseRegister(file, []byte(text))
	return r, fault.Join(errs)
}

func TestParseRegister(t *testing.T) {
	t.Parallel()
	r, err := parse(t, "board.yaml", register)
	if err != nil {
		t.Fatal(err)
	}
	ex := r.Exceptions[0]
	if r.Name != "security-board" || r.Issued != "2026-11-20" || len(ex.Services) != 2 || len(ex.Controls) != 2 || ex.Line != 7 ||
		ex.Expires != "2027-06-30" || r.Evidence[0].Condition != "Premium tier only" {
		t.Errorf("got %+v", r)
	}
	for workload, want := range map[string]bool{"shop-prod": true, "blog-eu": true, "shop-test": false, "": false} {
		if r.For(workload) != want {
			t.Errorf("for %q: %t", workload, !want)
		}
	}
	var plain any
	if err := yaml.Unmarshal([]byte(register), &plain); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(plain, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if other, err := parse(t, "board.json", string(text)); err != nil ||
		!reflect.DeepEqual(other.Exceptions[0].Services, ex.Services) {
		t.Errorf("as JSON: %v", err)
	}
}

func TestParseRegister_refuses(t *testing.T) {
	t.Parallel()
	_, after, found := strings.Cut(register, "exceptions:")
	if !found {
		t.Fatal("the register has no exceptions")
	}
	entries := "exceptions:" + after
	for name, tc := range map[string]struct{ from, to, want string }{
		"a timestamp": {
			`issued: "2026-11-20"`, "issued: 2026-11-20",
			`board.yaml:2: issued is 2026-11-20, which YAML makes a point in time of, expected the date in quotes: "2026-11-20"`,
		},
		"a timestamp in an entry": {
			`expires: "2027-06-30"`, "expires: 2027-06-30T00:00:00Z",
			`board.yaml:13: expires is 2027-06-30T00:00:00Z, which YAML makes a point in time of, expected the date in ` +
				`quotes: "2027-06-30"`,
		},
		"no date": {
			`"2027-06-30"`, `"2027-06-31"`, `board.yaml:13: expires: "2027-06-31" is not a day of the calendar`,
		},
		"an unknown key":   {"ticket:", "tickets:", `board.yaml:10: an exception has no key "tickets"`},
		"a key twice":      {"    ticket: SEC-1042\n", "    ticket: a\n    ticket: b\n", `has the key "ticket" twice`},
		"no name":          {"name: security-board\n", "", `the register lacks the key "name"`},
		"a malformed name": {"security-board", "Security Board", `the register's name "Security Board" is malformed`},
		"no workload":      {"workload:\n  - shop-prod\n  - blog-*\n", "", `lacks the key "workload"`},
		"an empty list":    {"workload:\n  - shop-prod\n  - blog-*\n", "workload: []\n", "workload is empty"},
		"a malformed workload": {
			"blog-*", "blog prod", `an entry of workload "blog prod" is no name of a workload and no pattern`,
		},
		"no expiry": {"    expires: \"2027-06-30\"\n", "", `an exception lacks the key "expires"`},
		"no justification": {
			"    justification: Reached through a service endpoint, from one subnet alone.\n", "",
			`lacks the key "justification"`,
		},
		"for good": {"2027-06-30", "2036-11-21", "expected at most 10 years after issued, 2036-11-20"},
		"both": {
			"    controls:", "    service: azure-relay\n    controls:", `has both "service" and "services"`,
		},
		"neither":     {"    controls: [vnet-injection, SC-28]\n", "", `lacks the key "control" (or "controls")`},
		"no services": {"[azure-key-vault, azure-storage]", "[]", "services is empty"},
		"a service twice": {
			"[azure-key-vault, azure-storage]", "[azure-relay, azure-relay]", `is there twice: "azure-relay"`,
		},
		"a malformed control": {"SC-28]", "a/b]", `"a/b" is neither the id of a control nor the name of a group`},
		"an alias": {
			"ticket: SEC-1042\n    approved_by: ciso", "ticket: &x SEC-1042\n    approved_by: *x", "is an alias",
		},
		"a second document":     {"evidence:", "---\nevidence:", "a second YAML document"},
		"a control character":   {"one subnet", "one\u202esubnet", "text-direction character"},
		"another age":           {"2026-11-20", "1826-11-20", "is a day of another age"},
		"no YAML":               {"name:", "name: [", "not valid YAML"},
		"nothing that it holds": {entries, "", `neither "exceptions" nor "evidence"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(register, tc.from, tc.to, 1)
			if text == register {
				t.Fatal("nothing was edited")
			}
			if _, err := parse(t, "board.yaml", text); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
	var many strings.Builder
	many.WriteString("name: a\nissued: \"2026-11-20\"\nworkload: a\nexceptions:\n")
	for i := range 3 {
		many.WriteString("  - expires: \"2027-01-01\"\n    justification: x\n    services: [")
		for j := range 100 {
			fmt.Fprintf(&many, "s%d-%d, ", i, j)
		}
		many.WriteString("z]\n    controls: [")
		for j := range 100 {
			fmt.Fprintf(&many, "c%d-%d, ", i, j)
		}
		many.WriteString("z]\n")
	}
	if _, err := parse(t, "board.yaml", many.String()); err == nil || !strings.Contains(err.Error(), "expected at most 20000") {
		t.Errorf("got %v", err)
	}
	if _, err := parse(t, "board.yaml", "name: a\nissued: \"2026-11-20\"\nworkload: a\nexceptions: []\n"); err != nil {
		t.Errorf("a register that accepts nothing: %v", err)
	}
}

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("register.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("register.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("register.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// FuzzRegister checks that no input makes the reader panic or answer differently the second
// time, and that what it accepts the schema for editors accepts as well.
func FuzzRegister(f *testing.F) {
	f.Add(register, false)
	f.Add(`{"name": "a", "issued": "2026-11-20", "workload": "*", "exceptions": [{"service": "a", "control": "b", `+
		`"justification": "c", "expires": "2027-01-01"}]}`, true)
	f.Add("name: a\nissued: 2026-11-20\nworkload: [a, b*]\nevidence: []\n", false)
	compiled := schema(f)
	f.Fuzz(func(t *testing.T, text string, asJSON bool) {
		name := "fuzz.yaml"
		if asJSON {
			name = "fuzz.json"
		}
		r, errs := approve.ParseRegister(name, []byte(text))
		_, again := approve.ParseRegister(name, []byte(text))
		if fmt.Sprint(errs) != fmt.Sprint(again) {
			t.Fatalf("%v the first time, %v the second", errs, again)
		}
		if len(errs) > 0 {
			return
		}
		if len(r.Workloads) == 0 || r.Issued == "" || r.Name == "" {
			t.Fatalf("accepted: %+v", r)
		}
		var plain any
		if asJSON {
			if json.Unmarshal([]byte(text), &plain) != nil {
				return // with a byte order mark
			}
		} else if err := yaml.Unmarshal([]byte(text), &plain); err != nil {
			return
		}
		if err := compiled.Validate(plain); err != nil {
			t.Fatalf("the schema refuses what is accepted: %v", err)
		}
	})
}

// write makes files below a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	t.Parallel()
	ann, bob, eve := approvetest.Ed25519("ann"), approvetest.Ed25519("bob"), approvetest.Ed25519("eve")
	other := strings.Replace(register, "security-board", "blog-board", 1)
	dir := write(t, map[string]string{
		"a.yaml": register, "a.yaml.sig": ann.Sign(register), "a.yaml.bob@example.com.sig": bob.Sign(register),
		"a.yaml.eve.sig": eve.Sign(register),
		"deep/b.yml":     other, "deep/b.yml.sig": ann.Sign(register), "c.yaml.sig": ann.Sign(register), "README.md": "x",
	})
	approvers := ann.Approver("ann", "") + bob.Approver("bob", "")
	b, err := approve.Load(approve.Options{Paths: []string{dir}, Approvers: &approvers})
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Registers) != 2 || b.Registers[0].Name != "blog-board" {
		t.Fatalf("got %v", b.Registers)
	}
	signers := b.Registers[1].Signers()
	if len(signers) != 2 || signers[0].Principal != "ann" || signers[1].Principal != "bob" {
		t.Errorf("signed by %v", signers)
	}
	if got := b.Registers[0]; len(got.Signers()) != 0 ||
		!strings.Contains(got.Signatures[0].Problem, "does not fit the register") {
		t.Errorf("got %+v", got.Signatures)
	}
	// One file is read with the signatures beside it.
	one, err := approve.Load(approve.Options{Paths: []string{filepath.Join(dir, "a.yaml")}, Approvers: &approvers})
	if err != nil || len(one.Registers[0].Signatures) != 3 {
		t.Errorf("got %v, %v", one, err)
	}
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no registers": {
			map[string]string{"README.md": ""}, "the directory has no registers, expected some ending in .json, .yaml, .yml",
		},
		"one name twice": {
			map[string]string{"a.yaml": register, "b.yaml": register}, `the register is called "security-board", as is `,
		},
		"two that are broken": {map[string]string{"a.yaml": "name: 1\n", "b.yaml": "[]"}, "b.yaml:1: the register is a list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := approve.Load(approve.Options{Paths: []string{write(t, tc.files)}}); err == nil ||
				!strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
	if _, err := approve.Load(approve.Options{Paths: []string{filepath.Join(dir, "none")}}); err == nil {
		t.Error("a path that leads nowhere is no error")
	}
}
