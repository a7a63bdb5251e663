package assess_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// edited returns the canonical JSON of an assessment after an edit of it as plain data.
func edited(t *testing.T, text string, edit func(a map[string]any)) string {
	t.Helper()
	var a map[string]any
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatal(err)
	}
	edit(a)
	b, err := canonicaljson.Marshal(integers(a))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// integers undoes what encoding/json makes of numbers.
func integers(v any) any {
	switch v := v.(type) {
	case float64:
		return int64(v)
	case map[string]any:
		for k, e := range v {
			v[k] = integers(e)
		}
	case []any:
		for i, e := range v {
			v[i] = integers(e)
		}
	}
	return v
}

// at follows keys and indices into plain data.
func at(v any, keys ...string) map[string]any {
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			panic("the assessment has no " + strings.Join(keys, "."))
		}
		v = m[key]
	}
	m, ok := v.(map[string]any)
	if !ok {
		panic(strings.Join(keys, ".") + " is no object")
	}
	return m
}

// Whatever can be edited by itself is refused.
func TestParseRefusesEdits(t *testing.T) {
	t.Parallel()
	control := func(service, control string) []string { return []string{"services", service, "controls", control} }
	group := func(service, name string) []string { return []string{"services", service, "groups", name} }
	set := func(path []string, pairs ...any) func(map[string]any) {
		return func(a map[string]any) {
			m := at(a, path...)
			for i := 0; i < len(pairs); i += 2 {
				key, ok := pairs[i].(string)
				switch {
				case !ok:
					panic("not a key")
				case pairs[i+1] == nil:
					delete(m, key)
				default:
					m[key] = pairs[i+1]
				}
			}
		}
	}
	req := []string{"requirement"}
	for name, edit := range map[string]func(map[string]any){
		"verdict": set(nil, "compliant", true),
		"crosswalk of another group": func(a map[string]any) {
			identifiers := at(a, "crosswalk", "identifiers")
			identifiers["X-1"] = identifiers["A.8.24"]
		},
		"crosswalk of another member": func(a map[string]any) {
			members := at(a, "crosswalk", "identifiers", "A.8.24", "members")
			members[cmk] = members[vnet]
		},
		"crosswalk of a group that is not looked at": set([]string{"crosswalk", "profile"}, "unasked",
			map[string]any{"SC-28(1)": ""}),
		"crosswalk of a profile without a title": set([]string{"crosswalk", "profile"}, "title", ""),
		"crosswalk with another schema":          set([]string{"crosswalk"}, "schema", "x"),
		"crosswalk without a framework":          set([]string{"crosswalk", "identifiers", "A.8.24"}, "framework", " "),
		"crosswalk with a relationship": set([]string{"crosswalk", "identifiers", "A.8.24", "members", vnet}, "relationship",
			"same"),
		"crosswalk with a source":        set([]string{"crosswalk"}, "sources", []any{"Other table", "Z"}),
		"verdict of a service":           set([]string{"services", "a"}, "compliant", true),
		"verdict of all":                 func(a map[string]any) { a["compliant"] = true; compliantServices(a) },
		"gap to satisfied":               set(control("e", tls), "outcome", "satisfied"),
		"gap to satisfied, no reason":    set(control("e", tls), "outcome", "satisfied", "reason", nil),
		"gap to evidenced":               set(control("b", cmk), "outcome", "evidenced", "reason", nil),
		"gap to excepted":                set(control("e", tls), "outcome", "excepted"),
		"gap to not applicable":          set(control("b", tls), "outcome", "not_applicable", "reason", nil, "status", nil),
		"gap to an unknown outcome":      set(control("e", tls), "outcome", "fine"),
		"gap to no outcome":              set(control("e", tls), "outcome", ""),
		"stale to satisfied":             set(control("a", tls), "outcome", "satisfied", "reason", nil),
		"present to satisfied":           set(control("a", local), "outcome", "satisfied", "reason", nil),
		"present to evidenced":           set(control("a", local), "outcome", "evidenced", "reason", nil),
		"satisfied to gap":               set(control("a", vnet), "outcome", "gap", "reason", "unsupported"),
		"satisfied with a status":        set(control("a", vnet), "status", "yes"),
		"satisfied with a reason":        set(control("a", vnet), "reason", "stale"),
		"satisfied, conditional":         set(control("a", vnet), "status", "conditional", "condition", "x"),
		"satisfied, undocumented":        set(control("a", vnet), "reason", "undocumented"),
		"evidenced to satisfied":         set(control("a", cmk), "outcome", "satisfied"),
		"evidenced, another condition":   set(control("a", cmk), "condition", "Basic"),
		"evidenced, no condition":        set(control("a", cmk), "condition", nil),
		"adverse evidenced to satisfied": set(control("c", local), "outcome", "satisfied"),
		"changed to evidenced":           set(control("c", cmk), "outcome", "evidenced", "reason", nil),
		"changed to open":                set(control("c", cmk), "reason", "conditional"),
		"excepted to satisfied":          set(control("c", vnet), "outcome", "satisfied"),
		"excepted, its reason gone":      set(control("c", vnet), "reason", nil),
		"expired, another day":           set(control("b", vnet), "exception_expired", "2025-06-28"),
		"expired, not statements":        set(control("b", vnet), "exception_expired", nil),
		"expired, without an exception":  set(control("e", tls), "exception_expired", "2025-06-28"),
		"not planned any more":           set(control("e", vnet), "planned", true),
		"a reason of another row":        set(control("e", tls), "reason", "stale"),
		"an unknown reason":              set(control("e", tls), "reason", "whatever"),
		"undocumented with a status":     set(control("e", cmk), "status", "no"),
		"undocumented with a document":   set(control("e", cmk), "document", "e-2024-06-30"),
		"an unknown status":              set(control("e", tls), "status", "maybe"),
		"a document named twice":         set(control("e", tls), "document", "e-2024-06-30"),
		"a document that is not there":   set(control("e", tls), "document", "x"),
		"a service's document, unknown":  set([]string{"services", "e"}, "document", "x"),
		"a service's document, none":     set([]string{"services", "e"}, "document", nil),
		"a document too much":            func(a map[string]any) { at(a, "documents")["x"] = at(a, "documents", "a-2024-06-30") },
		"a document less":                func(a map[string]any) { delete(at(a, "documents"), "a-2020-01-01") },
		"a document after as_of":         set([]string{"documents", "a-2024-06-30"}, "published", "2025-01-02"),
		"a document without a date":      set([]string{"documents", "a-2024-06-30"}, "published", ""),
		"a document of no day":           set([]string{"documents", "a-2024-06-30"}, "published", "2025-02-30"),
		"a stale document made fresh":    set([]string{"documents", "a-2020-01-01"}, "published", "2024-12-31"),
		"a fresh document made stale":    set([]string{"documents", "e-2024-06-30"}, "published", "2019-12-31"),
		"group gap to satisfied":         set(group("b", "A.8.24"), "outcome", "satisfied", "reason", nil),
		"group gap to excepted":          set(group("b", "A.8.24"), "outcome", "excepted"),
		"group gap, another reason":      set(group("b", "A.8.24"), "reason", "not_applicable"),
		"group satisfied to evidenced":   set(group("a", "A.8.24"), "outcome", "evidenced"),
		"group excepted to satisfied":    set(group("e", "SC-28(1)"), "outcome", "satisfied", "reason", nil),
		"group expired from nowhere":     set(group("b", "A.8.24"), "exception_expired", "2025-06-29"),
		"group member gap to satisfied": set(append(group("b", "A.8.24"), "controls", vnet), "outcome", "satisfied", "reason",
			nil),
		"group member gone": func(a map[string]any) {
			delete(at(a, append(group("b", "A.8.24"), "controls")...),
				vnet)
		},
		"group member more": func(a map[string]any) {
			m := at(a, append(group("b", "A.8.24"), "controls")...)
			m[tls] = m[vnet]
		},
		"group finding gone":            func(a map[string]any) { delete(at(a, "services", "b", "groups"), "A.8.24") },
		"finding gone":                  func(a map[string]any) { delete(at(a, "services", "b", "controls"), vnet) },
		"finding more":                  func(a map[string]any) { m := at(a, "services", "b", "controls"); m[audit] = m[vnet] },
		"service gone":                  func(a map[string]any) { delete(at(a, "services"), "b") },
		"service more":                  func(a map[string]any) { m := at(a, "services"); m["d"] = m["b"] },
		"retired service alive":         set([]string{"services", "old", "lifecycle"}, "outcome", nil),
		"retired service passed":        set([]string{"services", "old", "lifecycle"}, "outcome", "satisfied", "reason", nil),
		"retired service, not yet":      set([]string{"services", "old", "lifecycle"}, "retired", nil),
		"retired service, no reason":    set([]string{"services", "old", "lifecycle"}, "reason", nil),
		"retired service, tomorrow":     set([]string{"services", "old", "lifecycle"}, "retired_on", "2026-01-01"),
		"retired service, no day":       set([]string{"services", "old", "lifecycle"}, "retired_on", ""),
		"title gone":                    func(a map[string]any) { delete(at(a, "controls"), vnet) },
		"title more":                    func(a map[string]any) { at(a, "controls")["x"] = map[string]any{"title": "X"} },
		"no digest":                     set([]string{"catalog"}, "digest", ""),
		"half a digest":                 set([]string{"catalog"}, "digest", "sha256:12"),
		"controls less":                 set(req, "controls", []any{cmk, tls}),
		"controls none":                 set(req, "controls", nil),
		"avoid none":                    set(req, "avoid", nil),
		"groups none":                   set(req, "any_of", nil),
		"groups of the other rule none": set(req, "every_documented_of", nil),
		"group under the other rule": func(a map[string]any) {
			every := at(a, append(slices.Clone(req), "every_documented_of")...)
			anyOf := at(a, append(slices.Clone(req), "any_of")...)
			anyOf["AC-17"] = every["AC-17"]
			delete(every, "AC-17")
		},
		"group under both rules": func(a map[string]any) {
			every := at(a, append(slices.Clone(req), "every_documented_of")...)
			at(a, append(slices.Clone(req), "any_of")...)["AU-2"] = every["AU-2"]
		},
		"group better than its worst":    set(group("a", "AC-17"), "outcome", "satisfied"),
		"group of a member that fails":   set(group("a", "AC-4"), "outcome", "satisfied", "reason", nil),
		"group, another reason":          set(group("a", "AC-4"), "reason", "no_member"),
		"exceptions none":                set(req, "exceptions", nil),
		"evidence none":                  set(req, "evidence", nil),
		"services less":                  set(req, "services", []any{"a", "b", "c", "e"}),
		"as_of malformed":                set(req, "as_of", "yesterday"),
		"as_of earlier":                  set(req, "as_of", "2024-06-29"),
		"any age":                        set(req, "max_document_age_days", nil),
		"negative age":                   set(req, "max_document_age_days", -1),
		"fewer days":                     set(req, "max_document_age_days", 100),
		"not_applicable allowed":         set(req, "not_applicable", "allow"),
		"not_applicable unknown":         set(req, "not_applicable", "maybe"),
		"not_applicable empty":           set(req, "not_applicable", ""),
		"on_retired allowed":             set(req, "on_retired", "allow"),
		"enforcement unknown":            set(req, "enforcement", "none"),
		"exception without a reason":     func(a map[string]any) { entry(a, "exceptions", 0)["justification"] = "" },
		"exception without an end":       func(a map[string]any) { entry(a, "exceptions", 0)["expires"] = "" },
		"exception for another":          func(a map[string]any) { entry(a, "exceptions", 1)["service"] = "x" },
		"exception twice":                func(a map[string]any) { duplicate(a, "exceptions") },
		"exception ended before another": func(a map[string]any) { entry(a, "exceptions", 1)["expires"] = "2025-06-28" },
		"evidence without a reference":   func(a map[string]any) { entry(a, "evidence", 0)["reference"] = " " },
		"evidence, another condition":    func(a map[string]any) { entry(a, "evidence", 0)["condition"] = "x" },
		"evidence twice":                 func(a map[string]any) { duplicate(a, "evidence") },
	} {
		t.Run(name, func(t *testing.T) {
			text := completeText(t, true)
			changed := edited(t, text, edit)
			if changed == text {
				t.Fatal("the text was not changed")
			}
			if _, err := assess.Parse(changed); err == nil {
				t.Errorf("accepted: %s", changed)
			}
		})
	}
	t.Run("the edit itself", func(t *testing.T) {
		text := completeText(t, true)
		if got := edited(t, text, func(map[string]any) {}); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	})
}

// An assessment has no date of its own. So an expired exception can be made to look
// like one in force, but then the assessment itself holds no longer than the exception.
func TestParseBoundsWhatItTakesOnTrust(t *testing.T) {
	t.Parallel()
	text := edited(t, completeText(t, true), func(a map[string]any) {
		f := at(a, "services", "b", "controls", vnet)
		f["outcome"] = "excepted"
		delete(f, "exception_expired")
	})
	a, err := assess.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, last := a.Holds(); last != "2025-06-29" {
		t.Errorf("holds until %q", last)
	}
}

func compliantServices(a map[string]any) {
	for _, id := range slices.Collect(maps.Keys(at(a, "services"))) {
		at(a, "services", id)["compliant"] = true
	}
}

func entry(a map[string]any, list string, i int) map[string]any {
	entries, ok := at(a, "requirement")[list].([]any)
	if !ok {
		panic("no " + list)
	}
	return at(entries[i])
}

func duplicate(a map[string]any, list string) {
	entries, ok := at(a, "requirement")[list].([]any)
	if !ok {
		panic("no " + list)
	}
	at(a, "requirement")[list] = append([]any{entries[0]}, entries...)
}

// Ids stand in paths of reports and in names of properties: what could not be one of the
// catalogue is refused, also where all that names it agrees.
func TestParseRefusesMalformedIDs(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	text := encode(t, evaluate(t, c, assess.Requirement{Services: []string{"a"}, Controls: []string{vnet}}).Assessment)
	for what, changed := range map[string]string{
		"control":  replace(text, `"`+vnet+`"`, `"vnet injection"`),
		"service":  replace(text, `"a"`, `"A"`),
		"document": replace(text, `"a-2024-06-30"`, `"a/2024"`),
	} {
		_, err := assess.Parse(changed)
		if err == nil || !strings.Contains(err.Error(), "expected lower-case letters, digits and single hyphens") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

// A service of which nothing is documented rests on no document.
func TestParseRefusesADocumentThatNothingRestsOn(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}), documented("b", statements{cmk: "yes"}))
	text := encode(t, evaluate(t, c, assess.Requirement{
		Services: []string{"a", "b"}, Controls: []string{vnet}, Enforcement: assess.EnforcementWarn,
	}).Assessment)
	_, err := assess.Parse(edited(t, text, func(a map[string]any) {
		at(a, "services", "b")["document"] = at(a, "services", "a")["document"]
	}))
	if err == nil || !strings.Contains(err.Error(), `names the document "a-2024-06-30", which no finding rests on`) {
		t.Errorf("got %v", err)
	}
}

func TestParseRefusesARequirementOfNothing(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	text := encode(t, evaluate(t, c, assess.Requirement{AllowNoServices: true, Controls: []string{vnet}}).Assessment)
	if _, err := assess.Parse(replace(text, `"allow_no_services":true,`, "")); err == nil {
		t.Error("accepted without services")
	}
	empty := edited(t, text, func(a map[string]any) {
		delete(at(a, "requirement"), "controls")
		a["controls"] = map[string]any{}
	})
	if _, err := assess.Parse(empty); err == nil {
		t.Error("accepted without controls")
	}
}

// verdicts writes the outcome of every check.
func verdicts(a *assess.Assessment) string {
	text := fmt.Sprint(a.Compliant)
	for _, id := range slices.Sorted(maps.Keys(a.Services)) {
		s := a.Services[id]
		text += fmt.Sprintf("\n%s %t", id, s.Compliant)
		for _, control := range slices.Sorted(maps.Keys(s.Controls)) {
			text += fmt.Sprintf(" %s=%s", control, s.Controls[control].Outcome)
		}
		for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
			text += fmt.Sprintf(" %s=%s", name, s.Groups[name].Outcome)
		}
		if s.Lifecycle != nil {
			text += fmt.Sprintf(" lifecycle=%s", s.Lifecycle.Outcome)
		}
	}
	return text
}

// No value that is put in the place of another by itself, or left out, changes a
// verdict: whatever Parse still accepts, such as another title, comes out the same.
func TestParseNoSingleEditChangesAVerdict(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text  string
		edits int // that are refused, at least
	}{
		"documented": {completeText(t, true), 500},
		"in force":   {inForceText(t), 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if refused := noSingleEditChangesAVerdict(t, tc.text); refused < tc.edits {
				t.Errorf("%d edits were refused, want %d at least", refused, tc.edits)
			}
		})
	}
}

// inForceText is the JSON of an assessment of controls in force in which everything occurs.
func inForceText(t testing.TB) string {
	t.Helper()
	c, r := completeInForce(t)
	text := encode(t, evaluate(t, c, r).Assessment)
	for _, occurs := range []string{
		`"switched_off"`, `"evidence_fails"`, `"not_shown"`, `"present"`, `"configured"`, `"evidenced"`, `"excepted"`,
		`"not_applicable"`, `"enabled_by_default":true`, `"exception_expired"`, `"state":"unknown"`, `"holds":false`,
		`"condition_not_met"`,
	} {
		if !strings.Contains(text, occurs) {
			t.Fatalf("%s does not occur in %s", occurs, text)
		}
	}
	return text
}

// noSingleEditChangesAVerdict returns how many edits were refused.
func noSingleEditChangesAVerdict(t *testing.T, text string) (refused int) {
	t.Helper()
	whole, err := assess.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string][]any{} // values by key
	var leaves [][]string      // paths
	var walk func(path []string, v any)
	walk = func(path []string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			key := path[len(path)-1]
			if !slices.ContainsFunc(seen[key], func(o any) bool { return fmt.Sprint(o) == fmt.Sprint(v) }) {
				seen[key] = append(seen[key], v)
			}
			leaves = append(leaves, path)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			walk(append(slices.Clone(path), key), m[key])
		}
	}
	edited(t, text, func(a map[string]any) { walk(nil, a) })
	seen["outcome"] = append(seen["outcome"], "not_applicable", "", "configured", "satisfied", "evidenced")
	seen["state"], seen["enabled_by_default"] = []any{"on", "off", "unknown", "none"}, []any{true, false}
	seen["must_be"] = []any{"supported", "enabled"}
	seen["not_applicable"], seen["on_retired"] = []any{"allow", "deny"}, []any{"allow", "warn", "deny"}

	accepted := 0
	try := func(path []string, edit func(m map[string]any, key string)) {
		key := path[len(path)-1]
		changed := edited(t, text, func(a map[string]any) { edit(at(a, path[:len(path)-1]...), key) })
		if changed == text {
			return
		}
		a, err := assess.Parse(changed)
		if err != nil {
			refused++
			return
		}
		accepted++
		if verdicts(a) != verdicts(whole) || key == "outcome" || key == "compliant" {
			t.Errorf("an edit of %s was accepted: %s", strings.Join(path, "."), verdicts(a))
		}
	}
	for _, path := range leaves {
		try(path, func(m map[string]any, key string) { delete(m, key) })
		for _, v := range seen[path[len(path)-1]] {
			try(path, func(m map[string]any, key string) { m[key] = v })
		}
	}
	t.Logf("%d edits refused, %d accepted", refused, accepted)
	return refused
}
