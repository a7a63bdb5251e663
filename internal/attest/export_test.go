package attest

import "github.com/security-controls/terraform-provider-controls/internal/canonicaljson"

// Seal signs any text, so that tests can sign what Issue would not.
func Seal(text string, key *PrivateKey) string {
	e, err := seal([]byte(text), key)
	if err != nil {
		panic(err)
	}
	encoded, err := canonicaljson.Marshal(e)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// SPKIHint is the hint of cosign's bundles.
func SPKIHint(key *PublicKey) string { return key.hint }

// StatementNames are the names that decodeStatement knows.
var StatementNames = statementNames
