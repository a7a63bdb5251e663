package provider_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// A register by tag is what its keepers published last, as far as their signatures and the
// age of registers let it count.
func TestAccRegisters_registry(t *testing.T) {
	t.Setenv(oci.CacheVariable, t.TempDir())
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	ann, mallory := approvetest.Ed25519("ann"), approvetest.Ed25519("mallory")
	r := ocitest.Start(t)
	publish := func(register, signature string) string {
		t.Helper()
		digest, err := r.Push("platform/exceptions", "current", "application/vnd.security-controls.register.v1",
			ocitest.File{Name: "board.yaml", Content: register}, ocitest.File{Name: "board.yaml.sig", Content: signature})
		if err != nil {
			t.Fatal(err)
		}
		return digest
	}
	arguments := func(reference string, rest ...string) string {
		return strings.Join(append(rest, `exception_registers = [{ oci = "`+reference+`" }]`), "\n")
	}
	signed, aged := "approvers = "+strconv.Quote(ann.Approver("ann@example.com", "")),
		"exception_policy = { max_register_age_days = 30 }"
	w := newRegisters(t, "", "")
	configure := func(arguments string) {
		t.Helper()
		w.Write("main.tf", strings.Replace(registersConfig(w, arguments, "shop-prod"),
			`  exception_registers      = [{ path = "`+w.Path("")+`/registers" }]`+"\n", "", 1))
	}
	tag := r.Host + "/platform/exceptions:current"

	first := board("2026-11-20", accepts("alpha", "2027-06-30"))
	digest := publish(first, ann.Sign(first))
	for _, rest := range [][]string{nil, {signed}, {aged}} {
		configure(arguments(tag, rest...))
		expectText(t, said(w, 1, "plan"), "Registers of exceptions cannot be read",
			tag+": the reference has no digest, expected "+r.Host+"/platform/exceptions@sha256:…",
			"unless the provider has both approvers and max_register_age_days of exception_policy")
	}
	configure(arguments(r.Host + "/platform/exceptions@" + digest))
	expectText(t, said(w, 0, "plan"), `"security-board" = "2026-11-20"`)

	configure(arguments(tag, signed, aged))
	expectText(t, said(w, 0, "apply", "-auto-approve"), `registers = tomap({ "security-board" = "2026-11-20" })`)
	expectText(t, said(w, 0, "plan"), "No changes.")

	second := board("2026-11-25", accepts("alpha", "2027-06-30"))
	publish(second, ann.Sign(second))
	expectText(t, said(w, 0, "apply", "-auto-approve"), `registers = tomap({ "security-board" = "2026-11-25" })`)

	// Whoever can write to the registry cannot make one up, nor bring an old one back.
	third := board("2026-11-26", accepts("alpha", "2027-06-30"))
	publish(third, mallory.Sign(third))
	expectText(t, said(w, 1, "plan"), "is by a key that is none of the approvers'", tag+"/board.yaml:5")
	publish(first, ann.Sign(first))
	expectText(t, said(w, 1, "plan"), "security-board", "2026-11-20", "2026-11-25")

	r.Close()
	expectText(t, said(w, 1, "plan"), "Registers of exceptions cannot be read", tag+": nobody listens at "+r.Host,
		"the files or the registry under exception_registers")
	w.Run(0, "destroy", "-auto-approve", "-refresh=false")
}
