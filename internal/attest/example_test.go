package attest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// The files of the data source's example are an attestation that holds for ten years.
// With -update they are written anew if they are no longer as the example expects.
func TestExampleFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "examples", "data-sources", "controls_attestation")
	issued := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	err := verifyExample(dir, issued)
	if err == nil {
		return
	}
	if !golden.Updating() {
		t.Fatalf("%v; go test -update writes the files anew", err)
	}
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: catalog.DateOf(issued)})
	if err != nil {
		t.Fatal(err)
	}
	requirement := assess.Requirement{
		Services: []string{"azure-key-vault"}, Controls: []string{"encryption-in-transit", "data-plane-logging"},
	}
	result, err := assess.Evaluate(c, requirement, catalog.DateOf(issued))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	key := testKeys()[0].parse(t)
	a := issue(t, attest.Request{
		Assessments: []string{
			text,
		},
		Issuer:   "https://ci.example.com/network",
		Version:  "0.1.0",
		Validity: 10 * 365 * 24 * time.Hour,
		Key:      key,
		Now:      issued,
	})
	for name, content := range map[string]string{
		"network.json": text, "network.sigstore.json": a.Bundles[attest.Controls], "ci.pub": key.Public().PEM(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func verifyExample(dir string, at time.Time) error {
	var texts [3]string
	for i, name := range []string{"network.json", "network.sigstore.json", "ci.pub"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		texts[i] = string(content)
	}
	key, err := attest.ParsePublicKey(strings.ReplaceAll(texts[2], "\r\n", "\n"))
	if err != nil {
		return err
	}
	_, err = attest.Verify(attest.Verification{
		Bundle: texts[1], Assessment: texts[0], Keys: []*attest.PublicKey{key}, Issuer: "https://ci.example.com/network",
		RequireControls: []string{"encryption-in-transit"}, Now: at,
	})
	return err
}
