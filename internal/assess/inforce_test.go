package assess_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/assesstest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// situation is everything that decides for one control of one service.
type situation struct {
	statement string // as assesstest.Statements have it; "" for none
	adverse   bool
	mustBe    string
	settings  string // "unread", "none", "on", "off" or "unknown"
	met       string // what settings show of the condition "Premium": "", "on", "off" or "unknown"
	condition string // evidence for the condition "Premium"; see answers
	switched  string // evidence for "switched on" or "switched off"; see answers
	exception catalog.Date
}

// answers are the kinds of evidence for a condition: none, without a value, with a value, and
// (of a condition) one that quotes another.
var answers = []string{"", "plain", "true", "false", "other"}

func (s situation) evidence(condition, kind string) []assess.Evidence {
	ev := evidence(s.control(), condition)
	switch kind {
	case "":
		return nil
	case "true", "false":
		ev.Holds = new(kind == "true")
	case "other":
		ev.Condition = "Standard"
	}
	return []assess.Evidence{ev}
}

func (s situation) control() string {
	if s.adverse {
		return local
	}
	return tls
}

func (s situation) requirement() assess.Requirement {
	r := assess.Requirement{Services: []string{"a"}, MustBe: s.mustBe, Controls: []string{tls}}
	switched := assess.SwitchedOn
	if s.adverse {
		r.Controls, r.Avoid = nil, []string{local}
		switched = assess.SwitchedOff
	}
	r.Evidence = append(s.evidence("Premium", s.condition), s.evidence(switched, s.switched)...)
	switch s.settings {
	case "unread":
	case "none":
		r.Configuration = assesstest.Shown(nil)
	default:
		r.Configuration = assesstest.Shown(map[string]string{s.control(): s.settings})
	}
	if s.met != "" {
		assesstest.ShownCondition(r.Configuration, "a", s.control(), "Premium", s.met)
	}
	if s.exception != "" {
		r.Exceptions = []assess.Exception{exception(s.control(), s.exception)}
	}
	return r
}

// row is a line of the table of the design: what it is about, and what comes of it.
type rule struct {
	when    bool
	outcome assess.Outcome
	reason  assess.Reason
}

// table is the design's, before exceptions: the first row that applies decides.
//
//nolint:cyclop // a condition for each row of the table
func (s situation) table() rule {
	status, byDefault := strings.CutPrefix(s.statement, assesstest.ByDefault)
	documented := status != ""
	conditional := documented && !slices.Contains([]string{"yes", "no", "planned", "not_applicable"}, status)
	has := status == "yes" || conditional
	shown := func(state string) bool { return s.settings == state }
	enabled := s.mustBe == assess.MustBeEnabled
	// What a control rests on whose condition is met, and of which no more is asked.
	met := assess.Satisfied
	answered := s.condition == "plain" || s.condition == "true"
	switch {
	case conditional && answered:
		met = assess.Evidenced
	case conditional:
		met = assess.Configured
	}
	open := conditional && !answered && s.met != "on"
	gap := func(when bool, reason assess.Reason) rule { return rule{when, assess.Gap, reason} }
	rows := []rule{
		gap(!documented, assess.Undocumented),
		gap(!s.adverse && (status == "no" || status == "planned"), assess.Unsupported),
		{!s.adverse && status == "not_applicable", assess.NotApplicable, ""},
		gap(!s.adverse && conditional && s.met == "off", assess.ConditionNotMet),
		gap(!s.adverse && conditional && s.condition == "false", assess.EvidenceFails),
		gap(!s.adverse && open && s.condition == "other", assess.ConditionChanged),
		gap(!s.adverse && open && s.condition == "" && s.switched != "" && !enabled, assess.ConditionChanged),
		gap(!s.adverse && open && s.condition == "", assess.ConditionOpen),
		{!s.adverse && !enabled, met, ""},

		gap(!s.adverse && shown("off"), assess.TurnedOff),
		gap(!s.adverse && s.switched == "false", assess.EvidenceFails),
		{!s.adverse && s.switched != "", assess.Evidenced, ""},
		{!s.adverse && shown("on"), assess.Configured, ""},
		gap(!s.adverse && shown("unknown"), assess.NotShown),
		{!s.adverse && byDefault, met, ""},
		gap(!s.adverse, assess.NotShown),

		{!has, assess.Satisfied, ""},
		gap(shown("on"), assess.Present),
		gap(s.switched == "false", assess.EvidenceFails),
		{s.switched != "", assess.Evidenced, ""},
		{shown("off"), assess.Configured, ""},
		gap(true, assess.Present),
	}
	return rows[slices.IndexFunc(rows, func(r rule) bool { return r.when })]
}

// want is the table with exceptions.
func (s situation) want() (assess.Outcome, assess.Reason) {
	r := s.table()
	if r.outcome == assess.Gap && s.exception >= today {
		return assess.Excepted, r.reason
	}
	return r.outcome, r.reason
}

// situations calls a function with every situation that can be.
func situations(each func(situation)) {
	for _, statement := range []string{
		"", "yes", "no", "planned", "not_applicable", "Premium", assesstest.ByDefault + "yes", assesstest.ByDefault + "Premium",
	} {
		for _, settings := range []string{"unread", "none", "on", "off", "unknown"} {
			for _, condition := range answers {
				for _, switched := range answers[:4] {
					for _, exception := range []catalog.Date{"", "2025-12-31", "2025-06-29"} {
						s := situation{
							statement: statement, settings: settings, condition: condition, switched: switched,
							exception: exception, mustBe: assess.MustBeSupported,
						}
						each(s)
						if settings != "unread" { // of which more is said in a test of its own
							s.mustBe = assess.MustBeEnabled
							each(s)
							conditions(s, each)
						}
						s.adverse = true
						if condition == "" && settings != "unread" {
							each(s)
							s.mustBe = assess.MustBeSupported
							each(s)
						}
					}
				}
			}
		}
	}
}

// conditions calls a function with a situation, and whatever settings may show of its condition.
func conditions(s situation, each func(situation)) {
	if !strings.HasSuffix(s.statement, "Premium") {
		return
	}
	for _, met := range []string{"on", "off", "unknown"} {
		for _, mustBe := range []string{assess.MustBeSupported, assess.MustBeEnabled} {
			s.met, s.mustBe = met, mustBe
			each(s)
		}
	}
}

// catalogs makes the catalogues of situations, one for each statement.
func catalogs(t *testing.T) func(situation) *catalog.Catalog {
	t.Helper()
	known := map[string]*catalog.Catalog{}
	return func(s situation) *catalog.Catalog {
		key := s.control() + s.statement
		if known[key] == nil {
			all := statements{audit: "yes"} // so that the service has a document
			if s.statement != "" {
				all[s.control()] = s.statement
			}
			known[key] = load(t, documented("a", all))
		}
		return known[key]
	}
}

// saysStatus reports whether an outcome stands for a status and nothing else.
func saysStatus(o assess.Outcome) bool { return o == assess.Satisfied || o == assess.NotApplicable }

// forge tries every other outcome of an assessment than it has, and returns how many.
func (s situation) forge(t *testing.T, text string, outcome assess.Outcome) (forged int) {
	t.Helper()
	for _, other := range assess.Outcomes() {
		if other == outcome || other == assess.Excepted && s.exception != "" || saysStatus(other) && saysStatus(outcome) {
			continue // one that was in force then; another status, which is the documents' word
		}
		for _, withReason := range []bool{true, false} {
			forged++
			changed := edited(t, text, func(a map[string]any) {
				finding := at(a, "services", "a", "controls", s.control())
				finding["outcome"] = string(other)
				if !withReason {
					delete(finding, "reason")
				}
				a["compliant"] = other.Passes()
				at(a, "services", "a")["compliant"] = other.Passes()
			})
			if _, err := assess.Parse(changed); err == nil {
				t.Fatalf("%+v: accepted as %s: %s", s, other, changed)
			}
		}
	}
	return forged
}

// Every combination of what decides comes out as the table of the design has it, and is
// accepted when it is read again; with any other outcome it is not.
func TestEvaluateDecidesWhatIsInForce(t *testing.T) {
	t.Parallel()
	catalogOf := catalogs(t)
	tried, forged, seen := 0, 0, map[string]bool{}
	situations(func(s situation) {
		tried++
		a := evaluate(t, catalogOf(s), s.requirement()).Assessment
		f := a.Services["a"].Controls[s.control()]
		outcome, reason := s.want()
		if f.Outcome != outcome || f.Reason != reason || a.Compliant != outcome.Passes() {
			t.Errorf("%+v:\ngot  %s (%s)\nwant %s (%s)", s, f.Outcome, f.Reason, outcome, reason)
		}
		text := encode(t, a)
		if seen[text] {
			return
		}
		seen[text] = true
		forged += s.forge(t, text, f.Outcome)
	})
	t.Logf("%d situations, %d assessments, %d forgeries", tried, len(seen), forged)
	if tried < 7000 || len(seen) < 500 {
		t.Errorf("%d situations with %d assessments, want thousands and hundreds", tried, len(seen))
	}
}

// A requirement for what is documented comes out the same, to the byte, whatever the
// configuration shows of the controls that it wants.
func TestEvaluateSupportedKnowsNoSettings(t *testing.T) {
	t.Parallel()
	catalogOf := catalogs(t)
	situations(func(s situation) {
		if s.adverse || s.mustBe != assess.MustBeSupported || s.settings == "unread" || s.met != "" {
			return
		}
		r := s.requirement()
		got := encode(t, evaluate(t, catalogOf(s), r).Assessment)
		r.MustBe, r.Configuration.Settings = "", nil
		if want := encode(t, evaluate(t, catalogOf(s), r).Assessment); got != want {
			t.Errorf("%+v:\ngot  %s\nwant %s", s, got, want)
		}
		if strings.Contains(got, "must_be") {
			t.Errorf("names the default: %s", got)
		}
	})
}

// Evidence never makes a control pass that the configuration has certainly as it must not be.
func TestEvaluateNoEvidenceBeatsASetting(t *testing.T) {
	t.Parallel()
	catalogOf := catalogs(t)
	situations(func(s situation) {
		wrong := "off"
		if s.adverse {
			wrong = "on"
		}
		status := strings.TrimPrefix(s.statement, assesstest.ByDefault)
		has := status == "yes" || status == "Premium"
		isOff := s.settings == wrong && (s.adverse || s.mustBe == assess.MustBeEnabled)
		if !isOff && s.met != "off" || s.exception >= today || !has {
			return
		}
		if a := evaluate(t, catalogOf(s), s.requirement()).Assessment; a.Compliant {
			t.Errorf("%+v passes", s)
		}
	})
}

// What shows that a control is in force is named, with what is not certain, and no place.
func TestEvaluateNamesWhatDecides(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{tls: "yes", cmk: "Premium", local: "Basic", vnet: assesstest.ByDefault + "yes"}))
	r := assess.Requirement{
		Services: []string{"a"}, Controls: []string{tls, cmk, vnet}, Avoid: []string{local}, MustBe: assess.MustBeEnabled,
		Evidence: []assess.Evidence{evidence(cmk, "Premium")},
		Configuration: assesstest.Shown(map[string]string{
			tls: assess.StateOff, cmk: assess.StateOn, local: assess.StateOff, audit: assess.StateUnknown,
		}),
	}
	a := evaluate(t, c, r).Assessment
	by := func(argument string) []assess.Decider {
		return []assess.Decider{{Address: "x_account.this", Argument: argument}}
	}
	want := map[string]assess.Finding{
		tls: {
			Outcome: assess.Gap, Reason: assess.TurnedOff, Status: catalog.StatusYes,
			InForce: &assess.InForce{State: assess.StateOff, By: by("encryption_in_transit")},
		},
		cmk: {
			Outcome: assess.Configured, Status: catalog.StatusConditional, Condition: "Premium",
			InForce: &assess.InForce{State: assess.StateOn, By: by("customer_keys")},
		},
		local: {
			Outcome: assess.Configured, Status: catalog.StatusConditional, Condition: "Basic",
			InForce: &assess.InForce{State: assess.StateOff, By: by("local_authentication")},
		},
		vnet: {Outcome: assess.Satisfied, EnabledByDefault: true},
	}
	if diff := cmp.Diff(want, a.Services["a"].Controls); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
	if text := encode(t, a); strings.Contains(text, "main.tf\"") && strings.Contains(text, "line") {
		t.Errorf("has a place: %s", text)
	}
}

// An assessment names a few of the arguments that decide, and counts the others.
func TestEvaluateCountsWhatDecides(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{tls: "yes"}))
	for state, most := range map[string]int{assess.StateOn: configuration.MaxExamples, assess.StateOff: assess.MaxDeciders} {
		for _, n := range []int{1, most, most + 1, 100} {
			d := assesstest.Shown(map[string]string{tls: state})
			s := d.Settings["a"][tls]
			s.By = nil
			for i := range n {
				by := configuration.Decider{Address: fmt.Sprintf("x_account.this[%d]", i), File: "main.tf", Line: 3}
				s.By = append(s.By, by)
				by.Line++ // the same again, of another file of a union
				s.By = append(s.By, by)
			}
			d.Settings["a"][tls] = s
			a := evaluate(t, c, assess.Requirement{
				Services: []string{"a"}, Controls: []string{tls}, MustBe: assess.MustBeEnabled, Configuration: d,
			}).Assessment
			encode(t, a)
			shown := a.Services["a"].Controls[tls].InForce
			if named := min(n, most); len(shown.By) != named || shown.More != n-named {
				t.Errorf("%s: of %d, %d are named and %d counted", state, n, len(shown.By), shown.More)
			}
			shown.By = make([]assess.Decider, most+1)
			for i := range shown.By {
				shown.By[i].Address = fmt.Sprintf("x_account.this[%d]", i)
			}
			if err := a.Verify(); err == nil {
				t.Errorf("%s: %d are named, and the assessment is taken", state, len(shown.By))
			}
		}
	}
}

func TestEvaluateDecidesForAGroupInForce(t *testing.T) {
	t.Parallel()
	keysOn := []assess.Evidence{evidence(cmk, assess.SwitchedOn)}
	for name, tc := range map[string]struct {
		members  statements
		states   map[string]string
		evidence []assess.Evidence
		want     assess.Outcome
		reason   assess.Reason
	}{
		"configured": {statements{tls: "yes"}, map[string]string{tls: "on"}, nil, assess.Configured, ""},
		"configured before evidence": {
			statements{tls: "yes", cmk: "yes"}, map[string]string{tls: "on"}, keysOn, assess.Configured, "",
		},
		"evidenced": {statements{tls: "yes", cmk: "yes"}, map[string]string{tls: "off"}, keysOn, assess.Evidenced, ""},
		"satisfied before the rest": {
			statements{tls: "yes", cmk: assesstest.ByDefault + "yes"}, map[string]string{tls: "on"}, nil, assess.Satisfied, "",
		},
		"one off, the other not shown": {
			statements{tls: "yes", cmk: "yes"}, map[string]string{tls: "off"}, nil, assess.Gap, assess.NoMember,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := evaluate(t, load(t, documented("a", tc.members)), assess.Requirement{
				Services: []string{"a"}, AnyOf: map[string][]string{"SC-28": slices.Collect(maps.Keys(tc.members))},
				MustBe: assess.MustBeEnabled, Evidence: tc.evidence, Configuration: assesstest.Shown(tc.states),
			}).Assessment
			encode(t, a)
			g := a.Services["a"].Groups["SC-28"]
			if g.Outcome != tc.want || g.Reason != tc.reason {
				t.Errorf("got %s (%s), want %s (%s)", g.Outcome, g.Reason, tc.want, tc.reason)
			}
		})
	}
}

// What nobody has looked at is not what is off: it is an error.
func TestEvaluateEnabledNeedsSettings(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{tls: "yes"}))
	unread := assesstest.Shown(nil)
	unread.Settings = nil
	for name, tc := range map[string]struct {
		d    *configuration.Document
		want string
	}{
		"services alone":   {nil, "the requirement has no configuration"},
		"without settings": {unread, "Set settings = true in data.controls_configuration"},
	} {
		r := assess.Requirement{
			Services: []string{"a"}, Controls: []string{tls}, MustBe: assess.MustBeEnabled, Configuration: tc.d,
			Evidence: []assess.Evidence{evidence(tls, assess.SwitchedOn)},
		}
		_, err := assess.Evaluate(c, r, today)
		errs := inputErrors(t, err)
		if len(errs) != 1 || errs[0].Attribute != "must_be" || !strings.Contains(errs[0].Detail, tc.want) {
			t.Errorf("%s: got %v", name, err)
		}
		r.Open.Configuration = true
		if _, err := assess.Evaluate(c, r, today); err != nil {
			t.Errorf("%s, not known yet: %s", name, err)
		}
	}
}

// A gap is certain in a plan unless what is not known yet could cover it.
func TestOpen_certainOfWhatIsInForce(t *testing.T) {
	t.Parallel()
	anyEvidence := assess.Open{Evidence: []assess.Pattern{{}}}
	for name, tc := range map[string]struct {
		states map[string]string
		open   assess.Open
		gaps   string
	}{
		"all known":                   {map[string]string{tls: "off", local: "on"}, assess.Open{}, "a/" + tls + " a/" + local},
		"evidence to come, wrong":     {map[string]string{tls: "off", local: "on"}, anyEvidence, "a/" + tls + " a/" + local},
		"evidence to come, uncertain": {map[string]string{tls: "unknown", local: "unknown"}, anyEvidence, ""},
		"evidence to come, none":      {nil, anyEvidence, ""},
		"evidence to come for another": {
			nil, assess.Open{Evidence: []assess.Pattern{{Control: vnet}}}, "a/" + tls + " a/" + local,
		},
		"settings to come": {nil, assess.Open{Configuration: true}, ""},
	} {
		r := assess.Requirement{
			Services: []string{"a"}, Controls: []string{tls}, Avoid: []string{local}, MustBe: assess.MustBeEnabled,
			Configuration: assesstest.Shown(tc.states), Open: tc.open,
		}
		c := load(t, documented("a", statements{tls: "yes", local: "yes"}))
		got := strings.Join(tc.open.Certain(evaluate(t, c, r).Assessment).Gaps(), " ")
		if got != tc.gaps {
			t.Errorf("%s: got %q, want %q", name, got, tc.gaps)
		}
	}
}
