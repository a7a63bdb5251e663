package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/sandbox"
)

// outDir is where the demo leaves what it attested to. "make clean" removes it.
const outDir = "demo-out"

// handedOver are the outputs of examples/attestation, by the file that gets each.
var handedOver = []struct{ output, file string }{
	{"assessment", "assessment.json"},
	{"bundle", "controls.sigstore.json"},
	{"public_key", "shop.pub"},
	{"report", "report.html"},
}

// attestation applies the example examples/attestation with a key of its own, and
// verifies in another configuration what came out, as it is and after a change.
func attestation(ctx context.Context, box *sandbox.Sandbox) error {
	key, err := newKey()
	if err != nil {
		return err
	}
	until := time.Now().UTC().AddDate(0, 0, 90)
	ws, err := box.Workspace("attestation")
	if err != nil {
		return err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "attestation")); err != nil {
		return err
	}
	ws.Env = []string{
		"TF_VAR_signing_key=" + key, "TF_VAR_signing_key_version=1", "TF_VAR_accepted_until=" + until.Format(time.DateOnly),
	}
	if err := runAll(ctx, ws, []step{
		{
			text: "Last, what passed is attested to, so that others can check it later: " +
				"a copy of examples/attestation, with one exception.",
			args: []string{"init"},
		},
	}); err != nil {
		return err
	}
	apply := step{
		text: "Applied with a key that lives as long as this demo. It is in no plan and no state.",
		args: []string{"apply", "-auto-approve"},
		says: "2 added",
	}
	if err := apply.run(ctx, ws, false); err != nil { // it would print the bundle
		return err
	}
	ws.Out = nil
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return err
	}
	for _, h := range handedOver {
		fmt.Printf("    $ %s output -raw %s >%s/%s\n", cliName(), h.output, outDir, h.file)
		result, err := ws.Run(ctx, "output", "-raw", h.output)
		if err == nil && result.ExitCode != 0 {
			err = errors.New(result.Output())
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(outDir, h.file), []byte(result.Stdout), 0o644); err != nil {
			return err
		}
	}
	if err := verification(ctx, box, until); err != nil {
		return err
	}
	say("%s has what was handed over. Open %s in a browser: it is what an auditor reads.",
		outDir, filepath.Join(outDir, "report.html"))
	return nil
}

// verification plans examples/attestation/verify with the files that were handed over,
// and with an exception prolonged by hand.
func verification(ctx context.Context, box *sandbox.Sandbox, until time.Time) error {
	ws, err := box.Workspace("verify")
	if err != nil {
		return err
	}
	if err := ws.CopyFrom(filepath.Join("examples", "attestation", "verify")); err != nil {
		return err
	}
	files := map[string]string{}
	for _, h := range handedOver {
		content, err := os.ReadFile(filepath.Join(outDir, h.file))
		if err == nil {
			err = ws.Write(h.file, string(content))
		}
		if err != nil {
			return err
		}
		files[h.output] = string(content)
	}
	if err := runAll(ctx, ws, []step{
		{
			text: "Another configuration depends on that attestation: " +
				"a copy of examples/attestation/verify, with the files and the public key.",
			args: []string{"init"},
		},
		{
			text: "Signature, issuer, age, verdict and controls are as expected: the plan passes.",
			args: []string{"plan"},
			says: "1 to add",
		},
	}); err != nil {
		return err
	}
	ends, later := until.Format(time.DateOnly), until.AddDate(1, 0, 0).Format(time.DateOnly)
	if err := ws.Write("assessment.json", strings.Replace(files["assessment"], ends, later, 1)); err != nil {
		return err
	}
	return runAll(ctx, ws, []step{
		{
			text: "In assessment.json, somebody prolongs the exception by a year: the plan fails.",
			args: []string{"plan"},
			exit: 1, says: "Another subject",
		},
	})
}

// newKey returns a private key in PEM, which is never written to a file.
func newKey() (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}
