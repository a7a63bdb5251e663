package inforce_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// TestKindsBesideEachOther: what is on for one kind of a service's resources shows nothing of
// another kind that no reference ties to it.
func TestKindsBesideEachOther(t *testing.T) {
	t.Parallel()
	way := func(control, typ string, role catalog.SettingRole) *catalog.Setting {
		return &catalog.Setting{Control: control, Role: role, Type: typ, Rows: []catalog.SettingRow{{
			Argument: "v", On: catalog.SettingValues{List: []any{true}}, Off: catalog.SettingValues{List: []any{false}},
			Absent: catalog.SettingOff,
		}}}
	}
	desired := []*catalog.Setting{
		way("c", "a_server", catalog.SettingAlternative), way("other", "a_cache", catalog.SettingAlternative),
		way("other", "a_database", catalog.SettingAlternative),
	}
	bad := []*catalog.Setting{way("c", "a_server", catalog.SettingAdverse), way("other", "a_cache", catalog.SettingAlternative)}
	server := func(v string) string { return "resource \"a_server\" \"s\" {\n  v = " + v + "\n}\n" }
	const (
		cache     = "resource \"a_cache\" \"k\" {\n  network = a_network.n.id\n}\n"
		network   = "resource \"a_network\" \"n\" {}\n"
		database  = "resource \"a_database\" \"d\" {\n  server = local.server\n}\nlocals {\n  server = a_server.s.id\n}\n"
		elsewhere = "resource \"a_database\" \"d\" {\n  server = data.a_server.s.id\n  depends_on = [a_server.s]\n}\n"
		link      = "resource \"a_link\" \"l\" {\n  server = a_server.s.id\n  cache { id = a_cache.k.id }\n}\n"
		waits     = "resource \"a_link\" \"l\" {\n  server = a_server.s.id\n  depends_on = [a_cache.k]\n}\n"
	)
	const unread = "module \"m\" {\n  source = \"example/m/a\"\n}\n"
	const (
		address  = "resource \"aws_eip\" \"e\" {}\n"
		attached = "resource \"a_network_attachment\" \"t\" {}\n"
	)
	on, off := server("true"), server("false")
	none := strings.Replace(cache, "network", "count = 0\n  network", 1)
	near := strings.Replace(on, "v =", "network = a_network.n.id\n  v =", 1)
	for name, tt := range map[string]struct {
		settings           []*catalog.Setting
		source, want, also string
	}{
		"alone":                  {desired, on, "on", ""},
		"another kind":           {desired, on + cache + network, "unknown", "a_cache.k a_network.n"},
		"another kind, and off":  {desired, off + cache + network, "off", "a_cache.k"},
		"none of that kind":      {desired, on + network + none, "on", "a_cache.k"},
		"part of it":             {desired, on + database, "on", "a_database.d"},
		"part of another":        {desired, on + elsewhere, "unknown", "a_database.d"},
		"linked":                 {desired, on + cache + network + link, "on", "a_cache.k a_link.l"},
		"waited for":             {desired, on + cache + network + waits, "unknown", "a_cache.k a_link.l"},
		"in one network":         {desired, near + cache + network, "unknown", "a_cache.k a_network.n"},
		"of no setting":          {desired, on + network, "unknown", "a_network.n"},
		"of no setting, tied":    {desired, near + network, "on", "a_network.n"},
		"that holds nothing":     {desired, on + address, "on", "aws_eip.e"},
		"that joins":             {desired, on + attached, "on", "a_network_attachment.t"},
		"nothing shown of any":   {desired, cache + network, "none", "a_cache.k"},
		"adverse, another kind":  {bad, off + cache + network, "unknown", "a_cache.k"},
		"adverse, on":            {bad, on + cache + network, "on", "a_cache.k"},
		"adverse, off and alone": {bad, off, "off", ""},
		"a module unread":        {desired, on + unread, "unknown", ""},
		"unread, and off":        {desired, off + unread, "off", ""},
		"adverse, unread":        {bad, off + unread, "unknown", ""},
		"adverse, on and unread": {bad, on + unread, "on", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addresses := strings.Fields(tt.also)
			if strings.Contains(tt.source, "\"a_server\" \"s\"") {
				addresses = append(addresses, "a_server.s")
			}
			got, _, _ := strings.Cut(shown(t, evaluate(t, tt.source, nil), tt.settings, "c", addresses...), "\n")
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestAdverseMixture: of a feature that one does not want, one value that is on decides.
func TestAdverseMixture(t *testing.T) {
	t.Parallel()
	way := func(argument string) *catalog.Setting {
		return &catalog.Setting{Control: "c", Role: catalog.SettingAdverse, Type: "a_b", Rows: []catalog.SettingRow{{
			Argument: argument, On: catalog.SettingValues{List: []any{"on"}}, Off: catalog.SettingValues{List: []any{"off"}},
			Absent: catalog.SettingOff,
		}}}
	}
	companion := way("v")
	companion.Type, companion.Companion = "a_c", &catalog.Companion{
		RefersBy: "b", Protects: []string{"a_b"}, Without: catalog.SettingOff,
	}
	one := func(name, v string) string {
		return "resource \"a_c\" \"" + name + "\" {\n  b = a_b.x.id\n  v = \"" + v + "\"\n}\n"
	}
	const bare = "resource \"a_b\" \"x\" {}\n"
	for _, tt := range []struct {
		setting      *catalog.Setting
		source, want string
	}{
		{way("v"), "resource \"a_b\" \"x\" {\n  v = [\"off\", \"on\"]\n}\n", "on"},
		{way("v"), "resource \"a_b\" \"x\" {\n  v = [\"off\", \"other\"]\n}\n", "unknown"},
		{way("v"), "resource \"a_b\" \"x\" {\n  v = [\"off\", \"off\"]\n}\n", "off"},
		{way("b[].v"), "resource \"a_b\" \"x\" {\n  b {\n    v = \"off\"\n  }\n  b {\n    v = \"on\"\n  }\n}\n", "on"},
		{way("b[].v"), "resource \"a_b\" \"x\" {\n  b {\n    v = \"off\"\n  }\n  b {\n    v = var.v\n  }\n}\n", "unknown"},
		{way("b[].v"), "resource \"a_b\" \"x\" {\n  b {\n    v = \"off\"\n  }\n  b {\n    v = \"off\"\n  }\n}\n", "off"},
		{companion, bare + one("p", "off") + one("q", "on"), "on"},
		{companion, bare + one("p", "off"), "off"},
	} {
		c := evaluate(t, "variable \"v\" {}\n"+tt.source, nil)
		got, _, _ := strings.Cut(shown(t, c, []*catalog.Setting{tt.setting}, "c", "a_b.x"), "\n")
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.source, got, tt.want)
		}
	}
}

// TestJSONDynamic: in JSON, blocks and dynamic blocks of one type both count.
func TestJSONDynamic(t *testing.T) {
	t.Parallel()
	settings := []*catalog.Setting{{Control: "c", Role: catalog.SettingAlternative, Type: "a_b", Rows: []catalog.SettingRow{{
		Argument: "b[].v", On: catalog.SettingValues{List: []any{"on"}}, Off: catalog.SettingValues{List: []any{"off"}},
		Absent: catalog.SettingOff,
	}}}}
	for dynamic, want := range map[string]string{
		`"off"`: "off", `"on"`: "on", `"${var.v}"`: "unknown",
	} {
		c := evaluateFiles(t, map[string]string{"main.tf.json": `{"variable": {"v": {}}, "resource": {"a_b": {"x": {
  "b": [{"v": "on"}],
  "dynamic": {"b": {"for_each": ["k"], "content": {"v": ` + dynamic + `}}}
}}}}`}, nil)
		got, _, _ := strings.Cut(shown(t, c, settings, "c", "a_b.x"), "\n")
		if got != want {
			t.Errorf("%s: got %s, want %s", dynamic, got, want)
		}
	}
}
