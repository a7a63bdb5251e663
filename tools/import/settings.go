package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// settingsTables say how arguments of resources switch controls of services, by cloud.
var settingsTables = []settingsTable{
	{file: "settings-azurerm.csv", cloud: "azure", provider: "hashicorp/azurerm", versions: azureVersions},
	{file: "settings-aws.csv", cloud: "aws", provider: "hashicorp/aws", versions: awsVersions},
	{file: "settings-google.csv", cloud: "gcp", provider: "hashicorp/google", versions: googleVersions},
}

type settingsTable struct {
	file, cloud, provider string
	// versions are those for which what was read in all of the sources holds.
	versions func(rows []settingRow) string
}

const settingsHeader = "service,control,resource_type,kind,attribute,on,off,absent,all_of,refers_by,note,source,also," +
	"confidence,role"

// What was read at versions of one major version holds for all of it: providers change
// defaults only with the next.
//
// azureVersions are two major versions where absence means off in all rows, or is bad news
// otherwise, and the note [3] says that the provider's guide for going from 3 to 4 has no change
// of the argument: on is never shown by what another version left out.
func azureVersions(rows []settingRow) string {
	for _, row := range rows {
		if row.absent != "unknown" && !strings.Contains(row.note, "[3]") {
			return ">= 4.0, < 5.0"
		}
	}
	return ">= 3.0, < 5.0"
}

// googleVersions are two major versions, since the provider's guide for going from 6 to 7 lists
// every change, and but for the note [7] on a row none is about an argument that was read.
func googleVersions(rows []settingRow) string {
	for _, row := range rows {
		if strings.Contains(row.note, "[7]") {
			return ">= 7.0, < 8.0"
		}
	}
	return ">= 6.0, < 8.0"
}

// awsVersions is as narrow as the row that was read at the fewest versions.
func awsVersions(rows []settingRow) string {
	for _, row := range rows {
		if !strings.Contains(row.source, "v5.46") {
			return ">= 6.55, < 7.0"
		}
	}
	return ">= 5.46, < 7.0"
}

// settingRow is a row of a table.
type settingRow struct {
	service, control, typ, kind, argument string
	on, off, absent, group, refersBy      string
	note, source, confidence, role        string
}

// former is another name of an argument.
type former struct{ typ, other, name, relation string }

// settingsReader makes settings of tables. A control of a service is taken whole or not at
// all: without one of its rows, what is left could show it to be on when it is not.
type settingsReader struct {
	services map[string]bool // cloud and id
	adverse  map[string]bool // by control
	types    map[string]bool // resource types that are known
	former   []former
	left     map[string]int // why controls of services were left out
}

// settingsFolder is that of the settings, within the catalogue's.
const settingsFolder = "settings"

// settingsFiles are the files of settings, one for each service that has any.
func settingsFiles(
	opts options, services []service, adverse map[string]bool, logf func(string, ...any),
) (map[string][]byte, error) {
	r := &settingsReader{services: map[string]bool{}, adverse: adverse, types: map[string]bool{}, left: map[string]int{}}
	for _, s := range services {
		r.services[path.Join(s.cloud, s.id)] = true
	}
	err := readTable(filepath.Join(opts.facts, "settings-former.csv"),
		"resource_type,other_name,name_in_table,relation,other_name_last_page,name_in_table_first_page,"+
			"other_name_in_4_81_code,note",
		func(f []string) { r.former = append(r.former, former{f[0], f[1], f[2], f[3]}) })
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	conditions, err := r.conditions(opts)
	if err != nil {
		return nil, err
	}
	pairs := 0
	for _, t := range settingsTables {
		made, n, err := r.table(opts, t)
		if err != nil {
			return nil, err
		}
		if t.cloud == conditionsCloud {
			for service, text := range conditions {
				made[service] += text
			}
		}
		for service, text := range made {
			files[filepath.Join(opts.data, settingsFolder, service+".yaml")] = []byte("settings:\n" + text)
		}
		pairs += n
	}
	if err := noOthers(filepath.Join(opts.data, settingsFolder), files); err != nil {
		return nil, err
	}
	for _, why := range slices.Sorted(maps.Keys(r.left)) {
		logf("settings left out of %d controls of services: %s", r.left[why], why)
	}
	logf("settings of %d controls of services", pairs)
	return files, nil
}

// noOthers refuses files of settings that the tables do not make any more: what they say would
// go on counting.
func noOthers(dir string, files map[string][]byte) error {
	there, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return err
	}
	for _, name := range there {
		if files[name] == nil {
			return fmt.Errorf("%s: the tables have no settings of this service, expected it to be removed", name)
		}
	}
	return nil
}

func (r *settingsReader) table(opts options, t settingsTable) (made map[string]string, pairs int, err error) {
	var rows []settingRow
	err = readTable(filepath.Join(opts.facts, t.file), settingsHeader, func(f []string) {
		rows = append(rows, settingRow{
			service: f[0], control: strings.TrimPrefix(f[1], "+"), typ: f[2], kind: f[3], argument: f[4],
			on: f[5], off: f[6], absent: f[7], group: f[8], refersBy: f[9],
			note: f[10], source: f[11], confidence: f[13], role: f[14],
		})
		r.types[f[2]] = true
		for _, protected := range protects(f[10]) {
			r.types[protected] = true
		}
	})
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(rows, func(a, b settingRow) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.control, b.control))
	})
	made = map[string]string{}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].service == rows[0].service && rows[n].control == rows[0].control {
			n++
		}
		if err := r.check(t, rows[0]); err != nil {
			return nil, 0, err
		}
		text, why := r.pair(t, rows[:n])
		if why != "" {
			r.left[t.cloud+": "+why]++
		} else {
			made[rows[0].service] += text
			pairs++
		}
		rows = rows[n:]
	}
	return made, pairs, nil
}

// check refuses a row about what the catalogue does not have: it is misspelt.
func (r *settingsReader) check(t settingsTable, row settingRow) error {
	if !r.services[path.Join(t.cloud, row.service)] {
		return fmt.Errorf("%s has the service %q, expected one of the cloud %s in the other tables", t.file, row.service, t.cloud)
	}
	if _, defined := r.adverse[row.control]; !defined {
		return fmt.Errorf("%s: definitions.yaml lacks the control %q of %s", t.file, row.control, row.service)
	}
	return nil
}

// pair makes the settings of one control of a service, or says why there are none.
func (r *settingsReader) pair(t settingsTable, rows []settingRow) (text, why string) {
	adverse := r.adverse[rows[0].control]
	groups := map[string][]settingRow{}
	var order []string
	for i, row := range rows {
		switch {
		case row.confidence == "low":
			return "", "a row is not sure enough"
		case (row.role == "adverse") != adverse:
			return "", "the role is not that of the control's polarity"
		}
		key := row.group
		if key == "" {
			key = fmt.Sprintf("row %d", i)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], row)
	}
	text = fmt.Sprintf("  - service: %s\n    control: %s\n    provider: %s\n    versions: %q\n    ways:\n",
		rows[0].service, rows[0].control, t.provider, t.versions(rows))
	for _, key := range order {
		one, why := r.way(groups[key])
		if why != "" {
			return "", why
		}
		text += one
	}
	return text, ""
}

// way makes one way of rows that hold together.
func (r *settingsReader) way(rows []settingRow) (text, why string) {
	first := rows[0]
	var b strings.Builder
	fmt.Fprintf(&b, "      - {type: %s", first.typ)
	if first.role != "" {
		fmt.Fprintf(&b, ", role: %s", first.role)
	}
	if first.kind == "companion" {
		companion, why := r.companion(first)
		if why != "" {
			return "", why
		}
		b.WriteString(companion)
	}
	b.WriteString(", rows: [")
	var sources []string
	for i, row := range rows {
		if row.typ != first.typ || row.kind != first.kind || row.refersBy != first.refersBy || row.role != first.role {
			return "", "rows of different resources hold together"
		}
		line, why := r.row(row, blocksOf(row, rows))
		if why != "" {
			return "", why
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(line)
		if source := shortSource(row.source); !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	fmt.Fprintf(&b, "], source: %q}\n", strings.Join(sources, "; "))
	return b.String(), ""
}

var (
	commitOf  = regexp.MustCompile(`@[0-9a-f]{7,40}\b`)
	pageOf    = regexp.MustCompile(`^(?:website/docs/r/|hashicorp/[a-z-]+(?:@v[0-9.]+)? )([a-z0-9_]+)\.html\.markdown`)
	versionOf = regexp.MustCompile(`v\d+\.\d+(\.\d+)?`)
)

// shortSource is a source as short as it can be found by: it is part of the binary. The
// table has all of it.
func shortSource(source string) string {
	source, _, _ = strings.Cut(source, " | ")
	source, _, _ = strings.Cut(source, "; learn.")
	source, _, _ = strings.Cut(source, "; v")
	source = strings.TrimSpace(commitOf.ReplaceAllString(source, ""))
	page := pageOf.FindStringSubmatch(source)
	if page == nil {
		return strings.TrimSpace(strings.TrimSuffix(source, ";"))
	}
	short := "page " + page[1]
	for _, version := range versionOf.FindAllString(source, -1) {
		if !strings.Contains(short, version) {
			short += " " + version
		}
	}
	return short
}

var protectsNote = regexp.MustCompile(`protects=([A-Za-z0-9_|]+)`)

func protects(note string) []string {
	if m := protectsNote.FindStringSubmatch(note); m != nil {
		return strings.Split(m[1], "|")
	}
	return nil
}

var noneNote = regexp.MustCompile(`\[none: (on|off|unknown)\]`)

// companion says whom the resource protects, and how it refers to it.
func (r *settingsReader) companion(row settingRow) (text, why string) {
	switch {
	case strings.Contains(row.note, "two hops"), strings.HasPrefix(row.note, "reverse"), r.fromProtected(row.refersBy):
		return "", "the reference goes another way than from the companion to what it protects"
	case strings.Contains(row.note, "[account]"), strings.Contains(row.note, "whole subscription"), row.refersBy == "":
		return "", "it is of a whole account or subscription"
	case row.argument == row.refersBy && row.on != `["*"]`, strings.Contains(row.refersBy, ","):
		return "", "the companion names a kind of resource, and none of its own"
	}
	protected := protects(row.note)
	if protected == nil {
		if protected = r.protected(row.typ, row.refersBy); protected == nil {
			return "", "which type the companion refers to is not said"
		}
	}
	without := ""
	if m := noneNote.FindStringSubmatch(row.note); m != nil && m[1] != "unknown" {
		without = ", without: " + m[1]
	}
	return fmt.Sprintf(", companion: {refers_by: %s, protects: [%s]%s}",
		plainOrQuoted(row.refersBy), strings.Join(protected, ", "), without), ""
}

// fromProtected tells whether an argument is one of the protected resource: it names its
// type, as aws_db_instance.parameter_group_name does.
func (r *settingsReader) fromProtected(argument string) bool {
	typ, _, found := strings.Cut(argument, ".")
	return found && (strings.HasPrefix(typ, "aws_") || strings.HasPrefix(typ, "azurerm_") || strings.HasPrefix(typ, "google_"))
}

// protected is the type that an argument such as storage_account_id refers to, where the
// name of the companion's type begins with it.
func (r *settingsReader) protected(companion, argument string) []string {
	word := argument[strings.LastIndex(argument, ".")+1:]
	for _, suffix := range []string{"_id", "_arn", "_name"} {
		word = strings.TrimSuffix(word, suffix)
	}
	longest := ""
	for typ := range r.types {
		if strings.HasPrefix(companion, typ+"_") && strings.HasSuffix(typ, "_"+word) && len(typ) > len(longest) {
			longest = typ
		}
	}
	if longest == "" {
		return nil
	}
	return []string{longest}
}

// blocksOf says how blocks count that repeat, by the note of a row among those that it holds
// together with; "" where none do.
func blocksOf(row settingRow, rows []settingRow) string {
	each := func(row settingRow) bool { return strings.Contains(row.note, "[each]") && row.absent != "on" }
	switch {
	case !strings.Contains(row.argument, "[]"):
		return ""
	case strings.Contains(row.note, "[present]"):
		return "present"
	case each(row) && (row.role == "part" || row.role == "veto" || !allOf(rows, each)):
		return "present" // of one that is not there, there is nothing to judge
	case strings.Contains(row.note, "[each]"), row.on == "[]" && row.absent == "on":
		return "all" // what nobody may have is to be in none of the blocks
	}
	return "any"
}

func allOf(rows []settingRow, f func(settingRow) bool) bool {
	return !slices.ContainsFunc(rows, func(row settingRow) bool { return !f(row) })
}

func (r *settingsReader) row(row settingRow, blocks string) (text, why string) {
	on, why := values(row.on)
	if why != "" {
		return "", why
	}
	off, why := values(row.off)
	if why != "" {
		return "", why
	}
	var b strings.Builder
	fmt.Fprintf(&b, "{argument: %s", plainOrQuoted(row.argument))
	if on != "" {
		b.WriteString(", on: " + on)
	}
	if off != "" {
		b.WriteString(", off: " + off)
	}
	if row.absent != "unknown" {
		b.WriteString(", absent: " + row.absent)
	} else if on == "" && off == "" {
		return "", "a row says nothing"
	}
	if blocks != "" {
		b.WriteString(", blocks: " + blocks)
	}
	if names := r.formerNames(row); len(names) > 0 {
		b.WriteString(", former: [" + strings.Join(names, ", ") + "]")
	}
	b.WriteString("}")
	return b.String(), ""
}

var plainArgument = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

func plainOrQuoted(argument string) string {
	if plainArgument.MatchString(argument) {
		return argument
	}
	return fmt.Sprintf("%q", argument)
}

func (r *settingsReader) formerNames(row settingRow) []string {
	var names []string
	for _, f := range r.former {
		if f.typ != row.typ {
			continue
		}
		rest, ok := strings.CutPrefix(row.argument, f.name)
		if !ok || rest != "" && !strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, "[]") {
			continue
		}
		switch f.relation {
		case "same":
			names = append(names, fmt.Sprintf("{argument: %s}", plainOrQuoted(f.other+rest)))
		case "inverted":
			names = append(names, fmt.Sprintf("{argument: %s, inverted: true}", plainOrQuoted(f.other+rest)))
		default:
			names = append(names, fmt.Sprintf("{argument: %s, other: true}", plainOrQuoted(f.other)))
		}
	}
	return names
}

// values writes a list of literals. An empty list among them means the same as none.
func values(list string) (text, why string) {
	var literals []any
	if err := json.Unmarshal([]byte(list), &literals); err != nil {
		return "", "the values are no list: " + err.Error()
	}
	var written []string
	for _, v := range literals {
		switch v := v.(type) {
		case string:
			switch {
			case v == "*":
				return "any", ""
			case strings.Contains(v, "{"):
				return "", "a value stands for others, in braces"
			case v == "":
				continue
			}
			written = append(written, fmt.Sprintf("%q", v))
		case bool, float64:
			written = append(written, fmt.Sprint(v))
		case []any:
			if len(v) > 0 {
				return "", "a value is a list"
			}
		default:
			return "", "a value is neither text, boolean nor number"
		}
	}
	if len(written) == 0 {
		return "", ""
	}
	return "[" + strings.Join(written, ", ") + "]", ""
}
