package native

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
)

// settings reads how a control of a service is shown to be on: each way is a setting.
func (r *reader) settings(n *strict.Node) {
	var common catalog.Setting
	var ways []facts.At[*catalog.Setting]
	r.Object(n, "an entry of settings", map[string]strict.Field{
		"service":   strict.Required(r.ID(&common.Service, "service")),
		"control":   strict.Required(r.ID(&common.Control, "control")),
		"condition": r.Text(&common.Condition, "condition", catalog.MaxText),
		"provider":  r.Text(&common.Provider, "provider", catalog.MaxID),
		"versions":  r.Text(&common.Versions, "versions", catalog.MaxID),
		"ways": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "ways", "way", func(item *strict.Node) {
				ways = append(ways, facts.At[*catalog.Setting]{Value: r.way(item), Line: item.Line})
			})
		}}),
	})
	for _, way := range ways {
		s := way.Value
		s.Service, s.Control, s.Provider, s.Versions = common.Service, common.Control, common.Provider, common.Versions
		s.Condition = common.Condition
		if problem := s.Problem(); problem != "" && r.Count() == 0 {
			r.Fail(way.Line, "%s", problem)
		}
	}
	r.file.Settings = append(r.file.Settings, ways...)
}

func (r *reader) way(n *strict.Node) *catalog.Setting {
	s := &catalog.Setting{Role: catalog.SettingAlternative}
	r.Object(n, "a way", map[string]strict.Field{
		"role": strict.OneOf(r.Reader, &s.Role, "role", catalog.SettingRoles),
		"type": strict.Required(r.Type(&s.Type, "type")),
		"companion": {Read: func(n *strict.Node) {
			s.Companion = &catalog.Companion{Without: catalog.SettingUnknown}
			r.companion(n, s.Companion)
		}},
		"rows": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "rows", "row", func(item *strict.Node) { s.Rows = append(s.Rows, r.settingRow(item)) })
		}}),
		"source": strict.Required(r.Text(&s.Source, "source", catalog.MaxText)),
	})
	return s
}

func (r *reader) companion(n *strict.Node, c *catalog.Companion) {
	r.Object(n, "companion", map[string]strict.Field{
		"refers_by": strict.Required(r.argument(&c.RefersBy, "refers_by")),
		"protects": strict.Required(strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, "protects", "resource type", func(item *strict.Node) {
				c.Protects = append(c.Protects, r.ReadType(item, "an entry of protects"))
			})
		}}),
		"without": strict.OneOf(r.Reader, &c.Without, "without", catalog.SettingStates),
	})
}

func (r *reader) settingRow(n *strict.Node) catalog.SettingRow {
	row := catalog.SettingRow{Absent: catalog.SettingUnknown}
	r.Object(n, "a row", map[string]strict.Field{
		"argument": strict.Required(r.argument(&row.Argument, "argument")),
		"on":       {Read: func(n *strict.Node) { row.On = r.settingValues(n, "on") }},
		"off":      {Read: func(n *strict.Node) { row.Off = r.settingValues(n, "off") }},
		"absent":   strict.OneOf(r.Reader, &row.Absent, "absent", catalog.SettingStates),
		"blocks":   strict.OneOf(r.Reader, &row.Which, "blocks", catalog.SettingBlockRules),
		"former": {Read: func(n *strict.Node) {
			r.Filled(n, "former", "name", func(item *strict.Node) { row.Former = append(row.Former, r.formerArgument(item)) })
		}},
	})
	return row
}

func (r *reader) formerArgument(n *strict.Node) catalog.FormerArgument {
	var f catalog.FormerArgument
	r.Object(n, "an entry of former", map[string]strict.Field{
		"argument": strict.Required(r.argument(&f.Argument, "argument")),
		"inverted": r.Boolean(&f.Inverted, "inverted"),
		"other":    r.Boolean(&f.Other, "other"),
	})
	return f
}

func (r *reader) argument(dst *string, what string) strict.Field {
	return strict.Field{Read: func(n *strict.Node) {
		s := r.ReadText(n, what, catalog.MaxTitle)
		if s != "" && !catalog.ValidArgument(s) {
			r.Fail(n.Line, "%s is malformed, expected names joined by dots, with [] after a block that repeats, "+
				"such as \"site_config.ip_restriction[].ip_address\"", what)
			return
		}
		*dst = s
	}}
}

// anyValue stands for every value that is given.
const anyValue = "any"

// settingValues reads the word any, or a list of texts, booleans and numbers.
func (r *reader) settingValues(n *strict.Node, what string) catalog.SettingValues {
	var v catalog.SettingValues
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && n.Value == anyValue {
		v.Any = true
		return v
	}
	r.Filled(n, what, "value", func(item *strict.Node) {
		switch item.ShortTag() {
		case "!!bool":
			var b bool
			r.Boolean(&b, "an entry of "+what).Read(item)
			v.List = append(v.List, b)
		case "!!int", "!!float":
			number, err := strconv.ParseFloat(item.Value, 64)
			if err != nil {
				r.Fail(item.Line, "an entry of %s is not a number in decimal digits", what)
				return
			}
			v.List = append(v.List, number)
		default:
			v.List = append(v.List, r.ReadText(item, "an entry of "+what, catalog.MaxTitle))
		}
	})
	return v
}
