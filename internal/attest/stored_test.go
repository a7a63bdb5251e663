package attest_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

// stored is what is kept of an attestation, with maps of its own.
func stored(a *attest.Attestation, key *attest.PrivateKey) attest.Stored {
	s := attest.Stored{Attestation: *a}
	s.Statements, s.Envelopes, s.Bundles = maps.Clone(a.Statements), maps.Clone(a.Envelopes), maps.Clone(a.Bundles)
	if key != nil {
		s.KeyID, s.PublicKeyPEM = key.Public().ID(), key.Public().PEM()
	}
	return s
}

func TestStored_Compare(t *testing.T) {
	t.Parallel()
	for _, k := range testKeys() {
		r := request(t, full(), plain())
		r.Key, r.Signed = k.parse(t), true
		s := stored(issue(t, r), r.Key)
		r.Key, r.Now, r.Version = nil, now.AddDate(2, 0, 0), "2.0.0" // neither the key nor the day, nor who issued
		if err := s.Compare(r); err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
	}
	r := request(t, gaps())
	s := stored(issue(t, r), nil)
	r.Now = s.IssuedAt.Add(-5 * time.Minute) // clocks differ
	if err := s.Compare(r); err != nil {
		t.Errorf("unsigned: %v", err)
	}
	r.Now = r.Now.Add(-time.Nanosecond)
	refused(t, s.Compare(r), "the time of issue, 2026-06-15T12:00:00Z, is yet to come")
}

// storedEdit is a change of what is kept.
type storedEdit struct {
	change   func(*attest.Stored)
	argument string
	words    string
}

func TestStored_Compare_unsigned(t *testing.T) {
	t.Parallel()
	r := request(t, gaps())
	a := issue(t, r)
	edit := func(kind attest.Kind, old, replacement string) func(*attest.Stored) {
		return func(s *attest.Stored) { s.Statements[kind] = replaced(t, s.Statements[kind], old, replacement) }
	}
	compareEdits(t, r, stored(a, nil), map[string]storedEdit{
		"result": {
			edit(attest.Controls, `"verificationResult":"FAILED","verifier"`, `"verificationResult":"PASSED","verifier"`),
			"statements", `"controls"`,
		},
		"every result": {edit(attest.VSA, "FAILED", "PASSED"), "statements", `"vsa"`},
		"property": {
			edit(attest.SVR, `"properties":[`, `"properties":["CONTROLS_ALL_DOCUMENTED",`), "statements", `"svr"`,
		},
		"version": {
			edit(attest.Controls, `"version":"1.2.3"`, `"version":"9.9.9"`), "statements",
			`names "9.9.9", and this one is "1.2.3"`,
		},
		"space":        {edit(attest.Controls, "{", "{ "), "statements", "is not what its arguments gave"},
		"not JSON":     {func(s *attest.Stored) { s.Statements[attest.Controls] = "x" }, "statements", `names "", and`},
		"gone":         {func(s *attest.Stored) { delete(s.Statements, attest.VSA) }, "statements", `"vsa"`},
		"all gone":     {func(s *attest.Stored) { s.Statements = nil }, "statements", `"controls"`},
		"another kind": {func(s *attest.Stored) { s.Statements["slsa"] = "{}" }, "statements", `"slsa"`},
		"empty kind":   {func(s *attest.Stored) { s.Statements["slsa"] = "" }, "statements", `"slsa"`},
		"issued earlier": {
			func(s *attest.Stored) { s.IssuedAt = s.IssuedAt.Add(-time.Second) }, "expires_at", "its arguments end it at",
		},
		"issued long before": {
			func(s *attest.Stored) { s.IssuedAt = s.IssuedAt.AddDate(-9, 0, 0) }, "statements",
			"cannot be issued again as of 2017-06-15",
		},
		"both times": {func(s *attest.Stored) {
			s.IssuedAt, s.ExpiresAt = s.IssuedAt.Add(-time.Second), s.ExpiresAt.Add(-time.Second)
		}, "statements", `"controls"`},
		"end": {
			func(s *attest.Stored) { s.ExpiresAt = s.ExpiresAt.Add(time.Second) }, "expires_at",
			"the end is 2026-07-15T12:00:01Z",
		},
		"signed by nobody": {
			func(s *attest.Stored) { s.Envelopes = make(map[attest.Kind]string) }, "envelopes", "issued without a key",
		},
		"bundle of nobody": {
			func(s *attest.Stored) { s.Bundles = make(map[attest.Kind]string) }, "bundles",
			"issued without a key",
		},
		"key of nobody":    {func(s *attest.Stored) { s.PublicKeyPEM = "x" }, "public_key_pem", "issued without a key"},
		"key id of nobody": {func(s *attest.Stored) { s.KeyID = "x" }, "key_id", "issued without a key"},
		"issued in future": {func(s *attest.Stored) { s.IssuedAt = s.IssuedAt.Add(time.Hour) }, "issued_at", "yet to come"},
		"another signature": {
			func(s *attest.Stored) { s.Envelopes = make(map[attest.Kind]string); s.Envelopes[attest.VSA] = "{}" }, "envelopes",
			"issued without a key",
		},
	})
}

func TestStored_Compare_signed(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	_, other := signed(t, full())
	r.Signed = true
	foreign := testKeys()[2].parse(t)
	s := stored(a, r.Key)
	envelope := func(text string) func(*attest.Stored) {
		return func(s *attest.Stored) { s.Envelopes[attest.Controls] = text }
	}
	good, statement := a.Envelopes[attest.Controls], a.Statements[attest.Controls]
	compareEdits(t, r, s, map[string]storedEdit{
		"envelope of another statement": {
			envelope(other.Envelopes[attest.Controls]), "envelopes", `the envelope "controls" is not the statement, signed`,
		},
		"envelope of another kind": {envelope(a.Envelopes[attest.VSA]), "envelopes", "is not the statement"},
		"envelope by another key":  {envelope(attest.Seal(statement, foreign)), "envelopes", "signed by the public key"},
		"signature":                {envelope(flipped(t, good)), "envelopes", "signed by the public key"},
		"key id in the envelope": {
			envelope(replaced(t, good, r.Key.Public().ID(), "other")), "envelopes", "is not written as it was issued",
		},
		"space in the envelope": {envelope(good + " "), "envelopes", "is not written as it was issued"},
		"two signatures": {
			envelope(replaced(t, good, `"signatures":[`, `"signatures":[{"sig":"AAAA"},`)), "envelopes",
			"signed by the public key",
		},
		"envelope empty":   {envelope(""), "envelopes", "is not the statement"},
		"envelope gone":    {func(s *attest.Stored) { delete(s.Envelopes, attest.SVR) }, "envelopes", `"svr"`},
		"envelopes gone":   {func(s *attest.Stored) { s.Envelopes = nil }, "envelopes", "is not the statement"},
		"another envelope": {func(s *attest.Stored) { s.Envelopes["x"] = good }, "envelopes", `"x"`},
		"bundle": {
			func(s *attest.Stored) { s.Bundles[attest.VSA] = a.Bundles[attest.SVR] }, "bundles", `the bundle "vsa"`,
		},
		"bundle of another statement": {
			func(s *attest.Stored) { s.Bundles[attest.VSA] = other.Bundles[attest.VSA] }, "bundles", `the bundle "vsa"`,
		},
		"bundles gone": {func(s *attest.Stored) { s.Bundles = nil }, "bundles", `"controls"`},
		"statement":    {func(s *attest.Stored) { s.Statements[attest.VSA] = "{}" }, "statements", `"vsa"`},
		"key id": {
			func(s *attest.Stored) { s.KeyID = foreign.Public().ID() }, "key_id", "that of the public key is",
		},
		"key id gone": {func(s *attest.Stored) { s.KeyID = "" }, "key_id", `the id is ""`},
		"key": {func(s *attest.Stored) {
			s.PublicKeyPEM, s.KeyID = foreign.Public().PEM(), foreign.Public().ID()
		}, "envelopes", "signed by the public key"},
		"key in another form": {
			func(s *attest.Stored) { s.PublicKeyPEM = " " + s.PublicKeyPEM }, "public_key_pem", "not one as it was stored",
		},
		"key gone": {func(s *attest.Stored) { s.PublicKeyPEM = "" }, "public_key_pem", "not one as it was stored"},
		"all that is signed": {func(s *attest.Stored) {
			s.Envelopes, s.Bundles, s.KeyID, s.PublicKeyPEM = nil, nil, "", ""
		}, "public_key_pem", "not one as it was stored"},
	})
}

// compareEdits makes one change after the other.
func compareEdits(t *testing.T, r attest.Request, s attest.Stored, edits map[string]storedEdit) {
	t.Helper()
	r.Now = now.Add(time.Minute)
	if err := s.Compare(r); err != nil {
		t.Fatalf("refused before the change: %v", err)
	}
	for name, edit := range edits {
		t.Run(name, func(t *testing.T) {
			changed := s
			changed.Statements, changed.Envelopes, changed.Bundles = maps.Clone(
				s.Statements,
			), maps.Clone(
				s.Envelopes,
			), maps.Clone(
				s.Bundles,
			)
			edit.change(&changed)
			err := changed.Compare(r)
			refused(t, err, edit.words)
			var input *attest.InputError
			if !errors.As(err, &input) || input.Argument != edit.argument {
				t.Errorf("%#v is not about %s", err, edit.argument)
			}
			if strings.Contains(
				err.Error(), "by a version that did so differently",
			) != (changed.Statements[attest.Controls] == "" || strings.Contains(edit.words, "names")) {
				t.Errorf("the version is not told right: %v", err)
			}
		})
	}
}
