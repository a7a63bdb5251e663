// Package schemas holds reports against the schemas that their formats publish. The
// schemas come with the modules and npm packages that this directory names: none of them
// is part of the provider.
package schemas

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/defenseunicorns/go-oscal/src/pkg/validation"
	"github.com/santhosh-tekuri/jsonschema/v6"

	_ "github.com/CycloneDX/cyclonedx-go" // ships the schemas of CycloneDX
	_ "github.com/securego/gosec/v2/cwe"  // ships the schema of SARIF
)

// reports lists the reports of a format in REPORT_DIR. None is a failure: what was not
// checked must not look like what passed.
func reports(t *testing.T, pattern string) []string {
	t.Helper()
	dir := os.Getenv("REPORT_DIR")
	if dir == "" {
		t.Fatal("REPORT_DIR is not set: make test-schemas writes the reports and sets it")
	}
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) < 5 {
		t.Fatalf("%s has %d reports for %s, expected at least 5 (%v)", dir, len(files), pattern, err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What examples/profile comes to, by both rules for groups, is among the reports of each format.
func TestProfileIsAmongThem(t *testing.T) {
	for _, suffix := range []string{
		"oscal-assessment-results.json", "oscal-poam.json", "sarif.json", "cyclonedx.json", "junit.xml",
	} {
		files := reports(t, "*."+suffix)
		for _, name := range []string{"profile.", "profile-every."} {
			if !slices.ContainsFunc(files, func(file string) bool { return filepath.Base(file) == name+suffix }) {
				t.Errorf("%s%s is not held against its schema", name, suffix)
			}
		}
	}
}

func TestOSCAL(t *testing.T) {
	versions := map[string]int{}
	for _, model := range []string{"assessment-results", "poam", "component-definition"} {
		pattern := "*.oscal-" + model + ".json"
		for _, file := range reports(t, pattern) {
			t.Run(filepath.Base(file), func(t *testing.T) {
				v, err := validation.NewValidator(read(t, file))
				if err != nil {
					t.Fatal(err)
				}
				if err := v.Validate(); err != nil {
					result, _ := v.GetValidationResult()
					details, _ := json.MarshalIndent(result, "", " ")
					t.Fatalf("%v\n%.3000s", err, details)
				}
				versions[v.GetSchemaVersion()]++
			})
		}
	}
	for _, version := range []string{"1.1.2", "1.1.3", "1.2.1", "1.2.2"} {
		if versions[version] == 0 {
			t.Errorf("no document of OSCAL %s was checked, but of %v", version, versions)
		}
	}
}

func TestSARIF(t *testing.T) {
	dir := filepath.Join(moduleDir(t, "github.com/securego/gosec/v2"), "report", "sarif", "testdata")
	const name = "sarif-schema-2.1.0.json"
	validate(t, "*.sarif.json", name, map[string]string{name: filepath.Join(dir, name)})
}

func TestCycloneDX(t *testing.T) {
	dir := filepath.Join(moduleDir(t, "github.com/CycloneDX/cyclonedx-go"), "schema")
	validate(t, "*.cyclonedx.json", "bom-1.6.schema.json", map[string]string{
		"bom-1.6.schema.json":  filepath.Join(dir, "bom-1.6.schema.json"),
		"spdx.schema.json":     filepath.Join(dir, "spdx.schema.json"),
		"jsf-0.82.schema.json": filepath.Join(dir, "jsf-0.82.schemax.json"),
	})
}

// moduleDir is where the files of a module are.
func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// validate holds JSON reports against a schema; schemas are the files by the names under
// which they refer to each other.
func validate(t *testing.T, pattern, root string, schemas map[string]string) {
	t.Helper()
	const base = "http://cyclonedx.org/schema/"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for name, file := range schemas {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(base+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(base + root)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range reports(t, pattern) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(read(t, file)))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestJUnit holds JUnit reports against the schema of Jenkins, which an npm package
// ships, with libxml2, which another one does.
func TestJUnit(t *testing.T) {
	out, err := exec.Command("node", append([]string{"junit.mjs"}, reports(t, "*.junit.xml")...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
