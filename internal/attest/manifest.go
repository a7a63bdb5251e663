package attest

import (
	"errors"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// SignType is the type of the predicate that "cosign sign" signs: no verdict has it, so that
// none passes for the signature of a file.
const SignType = "https://sigstore.dev/cosign/sign/v1"

// VerifyManifest verifies that one of the keys signed, by "cosign sign", the manifest with a
// digest ("sha256:…") in a registry. The text is a Sigstore bundle.
func VerifyManifest(bundle string, keys []*PublicKey, digest string) error {
	if len(keys) == 0 {
		return errors.New("without a public key no signature can be verified")
	}
	o, err := openBundle(bundle, keys)
	if err != nil {
		return err
	}
	s, err := readStatement(o.payload)
	if err != nil {
		return err
	}
	if s.PredicateType != SignType {
		return words.Errorf("the predicate has the type %q, expected %q, which \"cosign sign\" signs", s.PredicateType, SignType)
	}
	if !slices.ContainsFunc(s.Subject, func(s Subject) bool { return "sha256:"+s.Digest["sha256"] == digest }) {
		return words.Errorf("what was signed is not the manifest %s", digest)
	}
	return nil
}
