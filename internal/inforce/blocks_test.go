package inforce_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// TestBlocks: rows about any block are about one and the same, and are judged block by block.
func TestBlocks(t *testing.T) {
	t.Parallel()
	row := func(argument string, which catalog.SettingBlocks, absent catalog.SettingState) catalog.SettingRow {
		return catalog.SettingRow{
			Argument: argument, On: catalog.SettingValues{List: []any{"on"}}, Off: catalog.SettingValues{List: []any{"off"}},
			Absent: absent, Which: which,
		}
	}
	way := func(rows ...catalog.SettingRow) []*catalog.Setting {
		return []*catalog.Setting{{Control: "c", Role: catalog.SettingAlternative, Type: "a_b", Rows: rows}}
	}
	both := way(row("b[].x", catalog.BlocksAny, catalog.SettingOff), row("b[].y", catalog.BlocksAny, catalog.SettingOff))
	each := way(
		catalog.SettingRow{
			Argument: "b[].x", On: catalog.SettingValues{List: []any{"p"}}, Absent: catalog.SettingOff, Which: catalog.BlocksAny,
		},
		catalog.SettingRow{
			Argument: "b[].x", On: catalog.SettingValues{List: []any{"q"}}, Absent: catalog.SettingOff, Which: catalog.BlocksAny,
		},
	)
	present := way(row("b[].x", catalog.BlocksPresent, catalog.SettingOff))
	for _, tt := range []struct {
		settings     []*catalog.Setting
		blocks, want string
	}{
		{both, `b { x = "on", y = "on" }`, "on"},
		{both, `b { x = "off", y = "off" } b { x = "on", y = "on" }`, "on"},
		{both, `b { x = "on", y = "off" } b { x = "off", y = "on" }`, "off"},
		{both, `b { x = "on" } b { y = "on" }`, "off"},
		{both, `b { x = "on", y = var.v } b { x = "off", y = "on" }`, "unknown"},
		{both, `b { x = "on", y = var.v } b { x = "on", y = "on" }`, "on"},
		{both, `b { x = "other", y = "on" } b { x = "off", y = "on" }`, "unknown"},
		{both, ``, "off"},
		{both, `dynamic "b" { for_each = ["off", "on"] content { x = b.value, y = "on" } }`, "on"},
		{both, `dynamic "b" { for_each = ["off", "on"] content { x = b.value, y = b.key == 0 ? "on" : "off" } }`, "off"},
		{both, `dynamic "b" { for_each = var.v content { x = "on", y = "on" } }`, "unknown"},
		{both, `b = [{ x = "on", y = "off" }, { x = "on", y = "on" }]`, "on"},
		{both, `b = var.v`, "unknown"},
		{each, `b { x = "p" } b { x = "q" }`, "on"},
		{each, `b { x = "p" }`, "unknown"},
		{present, ``, "none"},
		{present, `b {}`, "off"},
		{present, `b { x = "on" }`, "on"},
		{present, `b { x = "on" } b {}`, "off"},
		{present, `b { x = "on" } dynamic "b" { for_each = var.v content {} }`, "unknown"},
		{present, `dynamic "b" { for_each = [] content {} }`, "none"},
		{present, "lifecycle { ignore_changes = [b] }", "unknown"},
	} {
		lines := strings.NewReplacer("{ ", "{\n", " }", "\n}\n", ", y", "\ny", " content", "\ncontent", "{}", "{\n}\n")
		source := tt.blocks
		if !strings.HasPrefix(source, "b = ") {
			source = lines.Replace(source)
		}
		c := evaluate(t, "variable \"v\" {}\nresource \"a_b\" \"x\" {\n"+source+"\n}\n", nil)
		got, _, _ := strings.Cut(shown(t, c, tt.settings, "c", "a_b.x"), "\n")
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.blocks, got, tt.want)
		}
	}
}
