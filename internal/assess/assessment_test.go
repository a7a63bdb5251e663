package assess_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

func TestEncodeGolden(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	a := evaluate(t, c, r).Assessment
	// The catalogue stands in a new directory each time.
	a.Catalog.Sources[0].Name = "catalog.yaml"
	a.Catalog.Sources[0].Digest = "sha256:" + strings.Repeat("0", 64)
	a.Catalog.Digest = "sha256:" + strings.Repeat("1", 64)
	text := encode(t, a)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/assessment.golden.json", pretty.String()+"\n")
	for _, outcome := range []assess.Outcome{assess.Satisfied, assess.Evidenced, assess.Excepted, assess.Gap} {
		if !strings.Contains(text, `"outcome":"`+string(outcome)+`"`) {
			t.Errorf("the example lacks the outcome %q", outcome)
		}
	}
	for _, reason := range []assess.Reason{
		assess.Undocumented, assess.Stale, assess.ConditionChanged, assess.ConditionOpen,
		assess.NotApplicableDenied, assess.Unsupported, assess.Present, assess.NoMember, assess.Retired,
	} {
		if !strings.Contains(text, `"reason":"`+string(reason)+`"`) {
			t.Errorf("the example lacks the reason %q", reason)
		}
	}
}

func TestEncodeIsRFC8785(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	for _, notApplicable := range assess.SettingNamed(assess.SettingNotApplicable).Allowed {
		r.NotApplicable = notApplicable
		text := encode(t, evaluate(t, c, r).Assessment)
		want, err := jcs.Transform([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != text {
			t.Errorf("got  %s\nwant %s", text, want)
		}
	}
}

func TestEncodeSameBytesInAnyOrder(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	want, digest, err := evaluate(t, c, r).Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		s := r
		s.Services, s.Controls, s.Avoid = shuffle(rng, r.Services), shuffle(rng, r.Controls), shuffle(rng, r.Avoid)
		s.AnyOf = map[string][]string{}
		for name, members := range r.AnyOf {
			s.AnyOf[name] = shuffle(rng, members)
		}
		s.Exceptions, s.Evidence = shuffle(rng, r.Exceptions), shuffle(rng, r.Evidence)
		for i := range s.Exceptions {
			s.Exceptions[i].CompensatingControls = shuffle(rng, s.Exceptions[i].CompensatingControls)
		}
		left := r.Configuration.Scope
		s.Configuration = &configuration.Document{
			Scope: configuration.Scope{Opaque: shuffle(rng, left.Opaque), Other: shuffle(rng, left.Other)},
		}
		got, again, err := evaluate(t, c, s).Assessment.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got != want || again != digest {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}

func TestEvaluateLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	before, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	evaluate(t, c, r)
	after, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("got  %s\nwant %s", after, before)
	}
}

// The clock is no part of the bytes: nothing changes from a day to the next unless a
// finding does.
func TestEncodeHasNoClock(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	var texts []string
	for _, day := range []catalog.Date{"2025-06-30", "2025-07-30"} {
		result, err := assess.Evaluate(c, r, day)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, encode(t, result.Assessment))
	}
	if texts[0] != texts[1] {
		t.Error("the bytes differ between two days")
	}
}

// A megabyte of state costs Terraform 0.6 s, so the common finding has to be small.
func TestEncodeSatisfiedFindingIsSmall(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	a := evaluate(
		t,
		c, assess.Requirement{Services: []string{"azure-key-vault"}, Controls: firstControls, AsOf: "2019-04-16"},
	).Assessment
	satisfied := 0
	for _, id := range firstControls {
		finding := a.Services["azure-key-vault"].Controls[id]
		if finding.Outcome != assess.Satisfied {
			finding = assess.Finding{Outcome: assess.Satisfied} // as another service would have it
		} else {
			satisfied++
		}
		encoded, err := json.Marshal(map[string]assess.Finding{id: finding})
		if err != nil {
			t.Fatal(err)
		}
		// The braces go, a comma comes.
		if size := len(encoded) - 2 + 1; size > 64 {
			t.Errorf("%s takes %d bytes, want at most 64: %s", id, size, encoded)
		}
	}
	if satisfied < 12 {
		t.Errorf("%d satisfied findings, want the 12 that Key Vault has at least", satisfied)
	}
}

// firstControls are the 18 of the two articles that the product began with.
var firstControls = []string{
	"api-call-encryption",
	"authentication",
	"authorization",
	"column-level-encryption",
	"configuration-management",
	"data-plane-access-control",
	"data-plane-logging",
	"delegated-access",
	"encryption-at-rest-customer-keys",
	"encryption-at-rest-platform-keys",
	"encryption-in-transit",
	"forced-tunneling",
	"management-plane-access-control",
	"management-plane-logging",
	"monitoring",
	"network-isolation",
	"service-endpoints",
	"vnet-injection",
}

func TestGapsAreSorted(t *testing.T) {
	t.Parallel()
	c, r := complete(t)
	got := evaluate(t, c, r).Assessment.Gaps()
	want := []string{
		"a/AC-4", "a/AU-2", "a/encryption-in-transit", "a/local-authentication",
		"b/A.8.24", "b/AC-17", "b/AC-4", "b/AU-2", "b/SC-28(1)", "b/customer-keys", "b/encryption-in-transit", "b/vnet-injection",
		"c/A.8.24", "c/AC-17", "c/AC-4", "c/AU-2", "c/SC-28(1)", "c/customer-keys", "c/encryption-in-transit",
		"e/A.8.24", "e/AC-17", "e/AC-4", "e/AU-2", "e/customer-keys", "e/encryption-in-transit",
		"e/local-authentication", "e/vnet-injection",
		"old/AU-2", "old/SC-28(1)", "old/customer-keys", "old/encryption-in-transit", "old/lifecycle",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	s := documented("a", statements{vnet: "no", tls: "yes"})
	endless := load(t, s)
	s.RetiredOn = "2026-01-01"
	ending := load(t, s)
	for name, tc := range map[string]struct {
		catalog     *catalog.Catalog
		exceptions  []assess.Exception
		maxAge      *int64
		onRetired   string
		first, last catalog.Date
	}{
		"documents alone":    {endless, nil, nil, "", "2024-06-30", ""},
		"exception":          {endless, []assess.Exception{exception(vnet, "2025-09-30")}, nil, "", "2024-06-30", "2025-09-30"},
		"expired exception":  {endless, []assess.Exception{exception(vnet, "2025-05-31")}, nil, "", "2025-06-01", ""},
		"unused exception":   {endless, []assess.Exception{exception(tls, "2025-05-31")}, nil, "", "2024-06-30", ""},
		"age":                {endless, nil, new(int64(400)), "", "2024-06-30", "2025-08-04"},
		"stale":              {endless, nil, new(int64(100)), "", "2024-10-09", ""},
		"age of ages":        {endless, nil, new(int64(1_000_000)), "", "2024-06-30", "4762-05-28"},
		"retirement":         {ending, nil, nil, assess.Deny, "2024-06-30", "2025-12-31"},
		"retirement, no gap": {ending, nil, nil, assess.Allow, "2024-06-30", "2025-12-31"},
		"the first of all": {
			ending, []assess.Exception{exception(vnet, "2025-09-30")}, new(int64(400)), assess.Deny, "2024-06-30", "2025-08-04",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := assess.Requirement{
				Services: []string{
					"a",
				},
				Controls:           []string{vnet, tls},
				Exceptions:         tc.exceptions,
				MaxDocumentAgeDays: tc.maxAge,
				OnRetired:          tc.onRetired,
			}
			a := evaluate(t, tc.catalog, r).Assessment
			first, last := a.Holds()
			if first != tc.first || last != tc.last {
				t.Errorf("got %q to %q, want %q to %q", first, last, tc.first, tc.last)
			}
			// It is the truth: on the last day the bytes are the same, a day later not.
			if last == "" {
				return
			}
			then, err := assess.Evaluate(tc.catalog, r, last)
			if err != nil {
				t.Fatal(err)
			}
			after, err := assess.Evaluate(tc.catalog, r, last.AddDays(1))
			if err != nil {
				t.Fatal(err)
			}
			if encode(t, then.Assessment) != encode(t, a) || encode(t, after.Assessment) == encode(t, a) {
				t.Error("the assessment does not change on the day after")
			}
			for _, day := range []catalog.Date{first, today, last} {
				reproduce(t, tc.catalog, encode(t, a), day)
			}
		})
	}
}

// Documents of a far future come from nobody's catalogue, but may from somebody's text.
func TestHoldsBeyondTheYear9999(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	text := encode(
		t,
		evaluate(
			t,
			c, assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}, MaxDocumentAgeDays: new(int64(1000))},
		).Assessment,
	)
	a, err := assess.Parse(replace(text, `"published":"2024-06-30"`, `"published":"9999-12-31"`))
	if err != nil {
		t.Fatal(err)
	}
	if first, last := a.Holds(); first != "9999-12-31" || last != "" {
		t.Errorf("got %q to %q", first, last)
	}
}
