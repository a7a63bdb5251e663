package hclscan

import (
	"maps"
	"testing"
)

var (
	absent    = Attribute{}
	undecided = Attribute{Set: true}
	present   = Attribute{Set: true, Literal: true}
)

func value(v string) Attribute {
	return Attribute{Set: true, Literal: true, Value: v}
}

func prefix(p string) Attribute {
	return Attribute{Set: true, Prefix: p}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		expression string
		want       Attribute
	}{
		"string":                  {`"Microsoft.X/y@2023-01-01"`, value("Microsoft.X/y@2023-01-01")},
		"empty string":            {`""`, value("")},
		"escapes":                 {`"a\"b\u00e9"`, value(`a"bé`)},
		"escaped template":        {`"$${a}%%{b}"`, value("${a}%{b}")},
		"parentheses":             {`(("x"))`, value("x")},
		"heredoc":                 {"<<E\na\nb\nE\n", value("a\nb\n")},
		"indented heredoc":        {"<<-E\n    a\n    E\n", value("a\n")},
		"heredoc, interpolated":   {"<<E\na${var.x}\nE\n", prefix("a")},
		"true":                    {`true`, value("true")},
		"whole number":            {`5432`, value("5432")},
		"a number with digits":    {`5432.0`, value("5432")},
		"fraction":                {`1.5`, undecided},
		"number of many digits":   {`1e999999`, undecided},
		"null":                    {`null`, absent},
		"interpolation":           {`"a${var.x}"`, prefix("a")},
		"interpolated literal":    {`"a${1}"`, prefix("a")},
		"nothing but":             {`"${var.x}"`, undecided},
		"nothing but a literal":   {`"${"x"}"`, undecided},
		"interpolated version":    {`"Microsoft.X/y@${local.version}/${1}"`, prefix("Microsoft.X/y@")},
		"directive":               {`"a%{ if true }b%{ endif }"`, prefix("a")},
		"reference":               {`var.x`, undecided},
		"conditional":             {`true ? "a" : "b"`, undecided},
		"function":                {`upper("a")`, undecided},
		"negative number":         {`-1`, undecided},
		"list":                    {`["a"]`, undecided},
		"empty list":              {`[]`, undecided},
		"object":                  {`{ a = 1 }`, undecided},
		"reference to a literal":  {`local.y`, undecided},
		"expression in brackets":  {`("a${var.x}")`, prefix("a")},
		"number out of all range": {`99999999999999999999`, undecided},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			expectAttribute(t, tree{"main.tf": "resource \"a_b\" \"c\" {\n  kind = " + test.expression + "\n}\n"}, test.want)
		})
	}
}

func TestLiteralsJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want Attribute
	}{
		"string":         {`{"kind": "a\u00e9b"}`, value("aéb")},
		"template":       {`{"kind": "a${var.x}"}`, prefix("a")},
		"directive":      {`{"kind": "%{ if true }a%{ endif }"}`, undecided},
		"both markers":   {`{"kind": "ab%{ if true }${x}%{ endif }"}`, prefix("ab")},
		"escape first":   {`{"kind": "a$${b}${c}"}`, prefix("a")},
		"bool":           {`{"kind": false}`, value("false")},
		"number":         {`{"kind": 5}`, value("5")},
		"null":           {`{"kind": null}`, absent},
		"absent":         {`{}`, absent},
		"block":          {`{"kind": {"x": "${var.y}"}}`, present},
		"blocks":         {`{"kind": [{}, {}]}`, present},
		"no blocks":      {`{"kind": []}`, absent},
		"dynamic block":  {`{"dynamic": {"kind": {"for_each": [], "content": {}}}}`, undecided},
		"other dynamic":  {`{"dynamic": {"kin": {"for_each": [], "content": {}}}}`, absent},
		"body in arrays": {`[{"kind": "a"}]`, value("a")},
		"not escaped":    {`{"kind": "$${a}"}`, undecided},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			expectAttribute(t, tree{"main.tf.json": `{"resource": {"a_b": {"c": ` + test.body + `}}}`}, test.want)
		})
	}
}

func TestNestedBlocks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want Attribute
	}{
		"absent":             {``, absent},
		"present":            {"kind {\n x = var.y\n}", present},
		"twice":              {"kind {}\nkind {}", present},
		"dynamic":            {"dynamic \"kind\" {\n for_each = []\n content {}\n}", undecided},
		"both":               {"kind {}\ndynamic \"kind\" {\n for_each = []\n content {}\n}", present},
		"both, the other":    {"dynamic \"kind\" {\n for_each = []\n content {}\n}\nkind {}", present},
		"deeper is not it":   {"x {\n kind {}\n}", absent},
		"attribute as block": {`kind = [{}]`, undecided},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			expectAttribute(t, tree{"main.tf": "resource \"a_b\" \"c\" {\n" + test.body + "\n}\n"}, test.want)
		})
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	const original = "\n\nresource \"a_b\" \"c\" {\n  kind = \"original\"\n}\n"
	over := func(kind string) string { return "resource \"a_b\" \"c\" {\n  kind = " + kind + "\n}\n" }
	tests := map[string]struct {
		files tree
		want  Attribute
	}{
		"override.tf":               {tree{"main.tf": original, "override.tf": over(`"new"`)}, value("new")},
		"_override.tf":              {tree{"main.tf": original, "a_override.tf": over(`"new"`)}, value("new")},
		"sorts before the original": {tree{"main.tf": original, "a_override.tf": over(`"new"`)}, value("new")},
		"JSON": {
			tree{"main.tf": original, "override.tf.json": `{"resource": {"a_b": {"c": {"kind": "new"}}}}`}, value("new"),
		},
		"the last counts": {
			tree{"main.tf": original, "a_override.tf": over(`"a"`), "b_override.tf": over(`"b"`)},
			value("b"),
		},
		"the last block counts": {tree{"main.tf": original, "override.tf": over(`"a"`) + over(`"b"`)}, value("b")},
		"says nothing of it":    {tree{"main.tf": original, "override.tf": "resource \"a_b\" \"c\" {}"}, value("original")},
		"of another": {
			tree{"main.tf": original, "x.tf": `resource "a_d" "c" {}`, "override.tf": `resource "a_d" "c" {}`},
			value("original"),
		},
		"with an expression": {tree{"main.tf": original, "override.tf": over("var.x")}, undecided},
		"with null":          {tree{"main.tf": original, "override.tf": over("null")}, absent},
		"with a block": {
			tree{"main.tf": "\n\nresource \"a_b\" \"c\" {}", "override.tf": "resource \"a_b\" \"c\" {\n kind {}\n}"},
			present,
		},
		"a name that only looks": {tree{"main.tf": original, "myoverride.tf": `resource "a_d" "c" {}`}, value("original")},
		"for OpenTofu alone":     {tree{"main.tf": original, "override.tofu": over(`"new"`)}, undecided},
		"the same for both": {
			tree{"main.tf": original, "override.tf": over(`"new"`), "override.tofu": over(`"new"`)},
			value("new"),
		},
		"differing":         {tree{"main.tf": original, "override.tf": over(`"x"`), "override.tofu": over(`"y"`)}, undecided},
		"null for OpenTofu": {tree{"main.tf": original, "override.tofu": over("null")}, undecided},
		"OpenTofu's original": {
			tree{"main.tofu": original, "override.tofu": over(`"new"`)}, value("new"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := expectAttribute(t, test.files, test.want)
			if r.File != "main.tf" && r.File != "main.tofu" || r.Line != 3 {
				t.Errorf("the place is not the original's: %s:%d", r.File, r.Line)
			}
		})
	}

	t.Run("a shadowed original has its own", func(t *testing.T) {
		root := tree{"x.tf": original, "x.tofu": original, "a_override.tofu": over(`"new"`)}.write(t)
		c, err := Scan(root, Options{Attributes: map[string][]string{"a_b": {"kind"}}})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]Attribute{}
		for _, r := range c.Resources {
			got[r.File] = r.Attributes["kind"]
		}
		if want := (map[string]Attribute{"x.tf": value("original"), "x.tofu": value("new")}); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("of nothing", func(t *testing.T) {
		// The CLIs refuse it. To drop it here could only hide a resource.
		expectPlaces(t, tree{"main.tf": "", "override.tf": over(`"a"`)}.write(t), Options{}, "a_b.c override.tf:1")
		expectPlaces(t, tree{"main.tofu": original, "override.tf": "#\n" + over(`"a"`), "override.tofu": ""}.write(t), Options{},
			"a_b.c main.tofu:3", "a_b.c override.tf:2")
	})
}

// expectAttribute scans a tree in which one resource has the type a_b, and returns it.
func expectAttribute(t *testing.T, files tree, want Attribute) Resource {
	t.Helper()
	c, err := Scan(files.write(t), Options{Attributes: map[string][]string{"a_b": {"kind", "other"}}})
	if err != nil {
		t.Fatal(err)
	}
	var found []Resource
	for _, r := range c.Resources {
		if r.Type == "a_b" {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("found %q", places(c))
	}
	if got := found[0].Attributes["kind"]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	return found[0]
}
