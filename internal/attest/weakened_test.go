package attest_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

// ratcheted is a requirement with a gap that a ratchet tolerates.
func ratcheted() assess.Requirement {
	r := gaps()
	r.Enforcement, r.Applied = assess.EnforcementRatchet, []string{"vault/vnet-injection"}
	return r
}

// What a ratchet tolerates is attested to as a gap and named, and no verification lets it pass.
func TestVerify_weakened(t *testing.T) {
	t.Parallel()
	r, a := signed(t, ratcheted())
	const weakened = `,"weakened":{"by":["no_embedded_catalog","ratchet"],"tolerated":["vault/vnet-injection"]}`
	statement := a.Statements[attest.Controls]
	if !strings.Contains(statement, weakened) {
		t.Fatalf("the statement does not name what is tolerated: %s", statement)
	}
	v := expecting(r, a)
	v.AllowExceptions, v.AllowCorrections, v.AllowNoServices = true, true, true
	_, err := attest.Verify(v)
	refused(t, err, "Verdict is not PASSED", "vault/vnet-injection")

	// Nor does one that claims to tolerate what is no gap.
	v.Envelope = attest.Seal(
		replaced(t, statement, weakened, `,"weakened":{"by":["ratchet"],"tolerated":["vault/other"]}`),
		r.Key,
	)
	_, err = attest.Verify(v)
	refused(t, err, `tolerates "vault/other", which is no gap`)
}
