package remote_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source/remote"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

func client() *oci.Client { return oci.New(oci.Options{}) }

func TestOpen(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	r := ocitest.Start(t)
	push := func(files ...ocitest.File) *remote.Artifact {
		t.Helper()
		digest, err := r.Push("controls", "", ocitest.CatalogType, files...)
		if err != nil {
			t.Fatal(err)
		}
		return &remote.Artifact{Client: client, Reference: r.Host + "/controls@" + digest, NoTag: "no"}
	}
	one := push(ocitest.File{Name: "x/one.md", Content: "one"})
	several := push(ocitest.File{Name: "a.yaml", Content: "a"}, ocitest.File{Name: "b/c.json", Content: "c"},
		ocitest.File{Name: "README.md", Content: "readme"})
	missing := &remote.Artifact{Client: client, Reference: r.Host + "/none@" + strings.SplitN(one.Reference, "@", 2)[1]}
	opened := remote.Start([]*remote.Artifact{one, nil, several, missing})
	if opened[1] != nil {
		t.Error("nothing is opened")
	}
	read := func(i int, directory bool, want ...source.File) (*source.Source, []source.File) {
		t.Helper()
		s, err := opened[i]()
		if err != nil {
			t.Fatal(err)
		}
		files, err := s.Read()
		if diff := cmp.Diff(want, files); err != nil || diff != "" || s.Directory() != directory {
			t.Errorf("%s, %+v: %v", diff, s, err)
		}
		return s, files
	}
	s, _ := read(0, false, source.File{Name: "x/one.md", Shown: one.Reference + "/x/one.md", Data: []byte("one")})
	if s.Name != one.Reference {
		t.Errorf("the name is %s", s.Name)
	}
	s, files := read(2, true,
		source.File{Name: "a.yaml", Shown: several.Reference + "/a.yaml", Data: []byte("a")},
		source.File{Name: "b/c.json", Shown: several.Reference + "/b/c.json", Data: []byte("c")})
	if others, err := s.ReadOthers([]string{".md"}); err != nil || len(others) != 1 {
		t.Errorf("other files: %+v: %v", others, err)
	}
	// As a directory on disk, so that one may be exchanged for the other.
	if got := source.Digest(files, true); !strings.HasPrefix(got, "sha256:") {
		t.Errorf("the digest is %s", got)
	}
	_, err := opened[3]()
	var at *fault.Error
	if !errors.As(err, &at) || at.File != missing.Reference || !strings.Contains(at.Message, "404") {
		t.Errorf("for no artifact: %v", err)
	}
}

func TestProblem(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0a", 32)
	for _, tc := range []struct{ reference, noTag, want string }{
		{"registry.example/a" + digest, "no", ""},
		{"registry.example/a:1" + digest, "no", ""},
		{"registry.example/a:1", "", ""},
		{"registry.example/a:1", "it moves", `registry.example/a@sha256:…, as "oras push" and "oras resolve" print it: `},
		{"registry.example/a", "", "neither tag nor digest"},
		{"a", "", "names no registry"},
	} {
		a := remote.Artifact{Client: client, Reference: tc.reference, NoTag: tc.noTag}
		got := a.Problem()
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%q: %q, expected %q", tc.reference, got, tc.want)
		}
		if tc.want == "" {
			continue
		}
		if _, err := a.Open(); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q is opened: %v", tc.reference, err)
		}
	}
}
