package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// domainPackages know nothing of Terraform, and take the time from their caller.
var domainPackages = []string{
	"assess", "attest", "boundedfile", "canonicaljson", "catalog", "choose", "commonmark", "configuration", "fleet", "hclscan",
	"oscaldoc", "plaintext", "report", "stableid", "strictjson", "weblink", "words",
}

// The libraries that speak with registries are one package's, and what is for tests alone is
// in no release.
func TestNetwork_oneRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("runs go list")
	}
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "../..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	const room = "github.com/security-controls/terraform-provider-controls/internal/oci"
	found := false
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if strings.HasPrefix(fields[0], "cuelabs.dev/") || fields[0] == room+"/ocitest" {
			t.Errorf("the provider is built with %s", fields[0])
		}
		if !strings.HasPrefix(fields[0], "github.com/security-controls/") {
			continue
		}
		for _, imported := range fields[1:] {
			foreign := strings.HasPrefix(imported, "oras.land/") || strings.HasPrefix(imported, "github.com/opencontainers/")
			found = found || foreign
			if foreign && fields[0] != room {
				t.Errorf("%s imports %s", fields[0], imported)
			}
		}
	}
	if !found {
		t.Errorf("%s imports nothing that speaks with registries: does this test look at the right thing?", room)
	}
	for _, whole := range []string{
		"oras.land/oras-go/v2", "oras.land/oras-go/v2/content/oci", "oras.land/oras-go/v2/content/file",
	} {
		if slices.Contains(strings.Fields(string(out)), whole) {
			t.Errorf("the provider is built with %s, which costs 1.5 MB and time at each start", whole)
		}
	}
}

// eachDomainPackage runs a test for each of the packages that there is, and for further ones.
func eachDomainPackage(t *testing.T, check func(t *testing.T, dir string), further ...string) {
	t.Helper()
	for _, name := range append(slices.Clone(domainPackages), further...) {
		dir := filepath.Join("..", name)
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		t.Run(name, func(t *testing.T) { check(t, dir) })
	}
}

// The domain can be understood, tested and reused without Terraform's plugin framework.
func TestDomain_doesNotKnowTerraform(t *testing.T) {
	if testing.Short() {
		t.Skip("runs go list")
	}
	eachDomainPackage(t, func(t *testing.T, dir string) {
		cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "./...")
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		dependencies := strings.Fields(string(out))
		if !slices.Contains(dependencies,
			"github.com/security-controls/terraform-provider-controls/internal/"+filepath.Base(dir)) {
			t.Fatalf("go list does not know the package: %s", out)
		}
		for _, dependency := range dependencies {
			for _, forbidden := range []string{
				"github.com/hashicorp/terraform-plugin-",
				"github.com/security-controls/terraform-provider-controls/internal/provider",
			} {
				if strings.HasPrefix(dependency, forbidden) {
					t.Errorf("depends on %s", dependency)
				}
			}
		}
	}, "oci") // which waits, and so has to know the time
}

// The same inputs give the same result on any day: whoever wants a date passes it.
func TestDomain_takesTheTimeFromItsCaller(t *testing.T) {
	eachDomainPackage(t, func(t *testing.T, dir string) {
		files := 0
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil || file.Name.Name == "main" { // commands are where the clock comes in
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if selector, ok := n.(*ast.SelectorExpr); ok {
					if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "time" &&
						slices.Contains([]string{"Now", "Since", "Until"}, selector.Sel.Name) {
						t.Errorf("%s: time.%s", set.Position(n.Pos()), selector.Sel.Name)
					}
				}
				return true
			})
			return nil
		})
		if err != nil || files == 0 {
			t.Fatalf("%d files read: %v", files, err)
		}
	})
}
