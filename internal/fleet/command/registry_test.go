package command_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// verdicts is a repository with the verdicts of the sample, a tag for each workload.
func verdicts(t *testing.T) (*ocitest.Registry, string) {
	t.Helper()
	r := ocitest.Start(t)
	for tag, text := range map[string]string{
		"a-shop":  bundle(t, "a", fleettest.Verdict{Workload: "a/shop"}),
		"b-vault": bundle(t, "b", fleettest.Verdict{Workload: "b/vault", Gaps: 2}),
		"foreign": bundle(t, "b", fleettest.Verdict{Workload: "a/shop", Gaps: 1}),
		"garbage": "no bundle",
	} {
		if _, err := r.PushBundle("platform/verdicts", tag, text); err != nil {
			t.Fatal(err)
		}
	}
	file := ocitest.File{Name: "a.txt", Content: "an image, as far as anybody knows"}
	if _, err := r.Push("platform/verdicts", "image", "application/vnd.example", file); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	return r, r.Host + "/platform/verdicts"
}

func TestRun_registry(t *testing.T) {
	r, repository := verdicts(t)
	code, out, errs := run(t, sample(t), true, "--oci", repository, "--keys", "keys", "--workloads", "workloads.json",
		"--expected", "expected.txt", "--out", "fleet.csv")
	if code != 1 || !strings.Contains(errs, "Verified 5 of 5") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	golden.Check(t, filepath.Join(testdata, "registry.txt"), out)
	for _, request := range r.Requests() {
		if !strings.HasPrefix(request, "GET /v2/platform/verdicts/") {
			t.Errorf("the registry was asked %q", request)
		}
	}
}

// Where the registry cannot be asked for a verdict, there is no roll-up without it.
func TestRun_registryFails(t *testing.T) {
	r, repository := verdicts(t)
	dir := sample(t)
	with := func(args ...string) string {
		t.Helper()
		code, out, errs := run(t, dir, false, append(args, "--keys", "keys", "--workloads", "workloads.json")...)
		if code != 2 || out != "" {
			t.Errorf("%v: exit code %d: %s", args, code, out)
		}
		return strings.ReplaceAll(errs, r.Host, "{registry}")
	}
	var all strings.Builder
	all.WriteString(with("--oci", repository+":a"))
	all.WriteString(with("--oci", repository, "--bundles", "verdicts"))
	all.WriteString(with("--oci", "verdicts"))
	all.WriteString(with("--oci", r.Host+"/none"))
	r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if strings.HasSuffix(req.URL.Path, "/manifests/b-vault") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	})
	all.WriteString(with("--oci", repository))
	r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if strings.HasSuffix(req.URL.Path, "/tags/list") {
			_, _ = w.Write([]byte(`{"tags":[]}`))
			return true
		}
		return false
	})
	all.WriteString(with("--oci", repository))
	golden.Check(t, filepath.Join(testdata, "registry_fails.txt"), all.String())
}
