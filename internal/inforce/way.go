package inforce

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// way is what one setting shows of a resource.
func (c *Configuration) way(s *catalog.Setting, i *eval.Instance) Result {
	if s.Companion == nil {
		return c.rows(s, i)
	}
	var all []Result
	l := c.linksOf(s)
	protecting := l.certain[i.Address]
	for _, k := range protecting {
		r := c.rows(s, k)
		if !k.Certain && r.State != Unknown {
			r = Result{State: Unknown, Deciders: []Decider{c.existence(k)}}
		}
		all = append(all, r)
	}
	open := 0
	for _, o := range l.open {
		if open < maxOpen && !slices.Contains(protecting, o.companion) {
			all = append(all, decide(Unknown, o.why))
			open++
		}
	}
	switch {
	case len(all) == 0:
		return c.without(s, i)
	case s.Role == catalog.SettingAlternative:
		return either(all)
	case s.Role == catalog.SettingAdverse && switchesOn(s):
		return adverse(all)
	}
	return joined(all) // all of them count
}

// switchesOn tells whether a value of a setting switches a control on. Of companions that can
// only switch a feature off that one does not want, one that does is enough.
func switchesOn(s *catalog.Setting) bool {
	return slices.ContainsFunc(s.Rows, func(row catalog.SettingRow) bool { return row.On.Any || len(row.On.List) > 0 })
}

// without is what it shows that no companion refers to a resource.
func (c *Configuration) without(s *catalog.Setting, i *eval.Instance) Result {
	decider := Decider{Address: i.Address, File: i.File, Line: i.Line, Why: fmt.Sprintf("no %s refers to it", s.Type)}
	if unread := c.evaluation.Unread(); len(unread) > 0 {
		decider.Why = fmt.Sprintf("no %s that was read refers to it, and %s was not read", s.Type, words.AtMost(unread, 3))
		return decide(Unknown, decider)
	}
	r := Result{State: stateOf(s.Companion.Without), Deciders: []Decider{decider}}
	if r.State == On && s.Role != catalog.SettingPart && s.Role != catalog.SettingVeto {
		r.State = Unknown // that nothing is there is no proof
	}
	return r
}

func stateOf(s catalog.SettingState) State {
	switch s {
	case catalog.SettingOn:
		return On
	case catalog.SettingOff:
		return Off
	case catalog.SettingUnknown:
	}
	return Unknown
}

// rows is what rows show that hold together.
func (c *Configuration) rows(s *catalog.Setting, i *eval.Instance) Result {
	sets := c.sameBlock(s)
	results := make([]Result, 0, len(sets))
	for _, set := range sets {
		if d := overlaid(set[0].Argument, i); d != nil {
			return decide(Unknown, *d)
		}
		if len(set) > 1 {
			results = append(results, c.together(s, set, i))
			continue
		}
		results = append(results, c.row(s, set[0], i))
	}
	if s.Role == catalog.SettingAdverse {
		return adverse(results)
	}
	return joined(results)
}

// sameBlock is the same for all resources.
func (c *Configuration) sameBlock(s *catalog.Setting) [][]catalog.SettingRow {
	known, ok := c.sets[s]
	if !ok {
		known = sameBlock(s)
		c.sets[s] = known
	}
	return known
}

// sameBlock puts rows together that ask for one block of several: another for each would
// not do.
func sameBlock(s *catalog.Setting) [][]catalog.SettingRow {
	var sets [][]catalog.SettingRow
	for _, row := range s.Rows {
		block := repeated(row.Argument)
		k := slices.IndexFunc(sets, func(set []catalog.SettingRow) bool {
			return block != "" && row.Which == catalog.BlocksAny && set[0].Which == catalog.BlocksAny &&
				repeated(set[0].Argument) == block
		})
		if k < 0 {
			sets = append(sets, []catalog.SettingRow{row})
			continue
		}
		sets[k] = append(sets[k], row)
	}
	for k := 0; k < len(sets); k++ {
		// Rows about one argument alone ask for several blocks, a value in each.
		if set := sets[k]; len(set) > 1 && !slices.ContainsFunc(set, func(row catalog.SettingRow) bool {
			return row.Argument != set[0].Argument
		}) {
			var apart [][]catalog.SettingRow
			for _, row := range set {
				apart = append(apart, []catalog.SettingRow{row})
			}
			sets = slices.Replace(sets, k, k+1, apart...)
		}
	}
	return sets
}

// together is what rows show that one block of several has to satisfy.
func (c *Configuration) together(s *catalog.Setting, set []catalog.SettingRow, i *eval.Instance) Result {
	var blocks [][]Result
	arguments := map[string]bool{}
	for n, row := range set {
		found, d := c.elementsOf(row, i)
		if d != nil {
			return decide(Unknown, *d)
		}
		arguments[row.Argument] = true
		if n == 0 {
			blocks = make([][]Result, len(found))
		}
		if len(found) != len(blocks) {
			return decide(Unknown, apart(set[0], found[0], i))
		}
		for k, e := range found {
			blocks[k] = append(blocks[k], c.element(s, row, i, e))
		}
	}
	if len(blocks) > 1 && (len(arguments) != len(set) || s.Role == catalog.SettingAdverse) {
		found, _ := c.elementsOf(set[0], i)
		return decide(Unknown, apart(set[0], found[0], i))
	}
	results := make([]Result, 0, len(blocks))
	for _, block := range blocks {
		if s.Role == catalog.SettingAdverse {
			results = append(results, adverse(block))
		} else {
			results = append(results, joined(block))
		}
	}
	return either(results)
}

// apart says that it is not certain which of several blocks has what.
func apart(row catalog.SettingRow, first element, i *eval.Instance) Decider {
	return Decider{
		Address: i.Address, Argument: row.Argument, File: first.File, Line: first.Line,
		Why: "there are several such blocks, and whether one of them has all that is needed is not certain",
	}
}

// repeated is the part of a path up to the last block that repeats; "" for none.
func repeated(argument string) string { return argument[:strings.LastIndex(argument, "[]")+1] }

// row is what one argument shows.
func (c *Configuration) row(s *catalog.Setting, row catalog.SettingRow, i *eval.Instance) Result {
	if row.Which == catalog.BlocksPresent && len(c.argument(i, row.Argument)) == 0 {
		return Result{State: None}
	}
	elements, d := c.elementsOf(row, i)
	if d != nil {
		return decide(Unknown, *d)
	}
	if len(elements) == 1 {
		return c.element(s, row, i, elements[0])
	}
	results := make([]Result, 0, len(elements))
	for _, e := range elements {
		results = append(results, c.element(s, row, i, e))
	}
	switch {
	case s.Role == catalog.SettingAdverse:
		return adverse(results)
	case row.Which == catalog.BlocksAny:
		return either(results)
	}
	return joined(results)
}

// elementsOf is what the argument of a row leads to, or one of its former names; one that is
// absent where that is nothing. It says why nothing is certain where an argument of another
// meaning stands in its place.
func (c *Configuration) elementsOf(row catalog.SettingRow, i *eval.Instance) ([]element, *Decider) {
	argument, inverted := row.Argument, false
	found := c.argument(i, argument)
	if absent(found) {
		for _, former := range row.Former {
			other := c.argument(i, former.Argument)
			if absent(other) {
				continue
			}
			if former.Other {
				return nil, &Decider{
					Address: i.Address, Argument: former.Argument, File: other[0].File, Line: other[0].Line,
					Why: "an argument of another version of the provider stands in its place",
				}
			}
			argument, inverted, found = former.Argument, former.Inverted, other
			break
		}
	}
	if len(found) == 0 {
		found = []eval.Element{{State: eval.Absent, File: i.File, Line: i.Line}}
	}
	elements := make([]element, 0, len(found))
	for n, e := range found {
		elements = append(elements, element{e, argument, inverted, n, len(found)})
	}
	return elements, nil
}

func absent(elements []eval.Element) bool {
	return !slices.ContainsFunc(elements, func(e eval.Element) bool { return e.State != eval.Absent })
}

// element is one value of an argument.
type element struct {
	eval.Element
	argument string
	inverted bool
	n, of    int
}

func (c *Configuration) element(s *catalog.Setting, row catalog.SettingRow, i *eval.Instance, e element) Result {
	d := Decider{Address: i.Address, Argument: e.argument, File: e.File, Line: e.Line}
	switch e.State {
	case eval.Known:
		switch state, given := classify(row, e.Value, e.inverted, s.Role == catalog.SettingAdverse); {
		case !given:
			return c.missing(s, row, i, d)
		case state == Unknown:
			d.Why = "the catalogue does not say what its value means"
			return decide(Unknown, d)
		default:
			return decide(state, d)
		}
	case eval.Absent:
		return c.missing(s, row, i, d)
	case eval.Unknown:
	}
	if row.On.Any && !e.inverted && (c.given(i, e) || e.ObjectText && row.Off.None()) {
		return decide(On, d)
	}
	c.because(&d, "its value is not certain", e.Reasons)
	return decide(Unknown, d)
}

// given tells whether an argument that is not known certainly has a value: the id of a
// resource is one.
func (c *Configuration) given(i *eval.Instance, e element) bool {
	references := c.refer(i, e.argument)
	if len(references) != e.of {
		return false
	}
	r := references[e.n]
	return r.Certain && (eval.Identity(r.Attribute) ||
		slices.Contains([]string{"versionless_id", "resource_versionless_id", "key_id"}, r.Attribute))
}

// missing is what it shows that an argument is left out, which may be different in other
// versions of the provider.
func (*Configuration) missing(s *catalog.Setting, row catalog.SettingRow, i *eval.Instance, d Decider) Result {
	state := stateOf(row.Absent)
	switch {
	case i.Type == azapiUpdate:
		state = Unknown
		d.Why = "it is left out of an update, which keeps what the resource has"
	case state == Unknown:
		d.Why = "it is left out, and what that means is not in the catalogue"
	case s.Provider != "" && !i.ProviderWithin(s.Provider, s.Versions):
		state = Unknown
		d.Why = fmt.Sprintf("it is left out, and its default is known for %s %s alone, which neither the lock file nor the "+
			"required_providers of the configuration ensure", s.Provider, s.Versions)
	case state == Off:
		d.Why = "it is left out"
	case state == On:
		d.Why = "it is left out, and on by default"
	}
	return decide(state, d)
}

func decide(state State, d Decider) Result { return Result{State: state, Deciders: []Decider{d}} }

// existence says that it is not certain that a resource is there.
func (c *Configuration) existence(i *eval.Instance) Decider {
	d := Decider{Address: i.Address, File: i.File, Line: i.Line}
	c.because(&d, "it is not certain that it exists", i.Reasons)
	return d
}

// because says why something is not certain, and which root variables would make it so.
func (c *Configuration) because(d *Decider, what string, reasons []eval.Reason) {
	var rest []string
	for _, r := range reasons {
		switch r.Kind {
		case eval.OfVariable:
			if c.evaluation.Secret(r.Name) {
				d.Secret = append(d.Secret, r.Name)
			} else {
				d.Variables = append(d.Variables, r.Name)
			}
		case eval.OfResource:
			rest = append(rest, "the plan decides "+r.Name)
		case eval.OfData:
			rest = append(rest, r.Name+" is not in the files")
		case eval.OfModule:
			rest = append(rest, r.Name+" was not read")
		case eval.OfFunction:
			rest = append(rest, "the function "+r.Name+" is not evaluated")
		case eval.OfIgnored:
			rest = append(rest, "changes of "+r.Name+" are ignored")
		case eval.OfViews:
			rest = append(rest, "Terraform and OpenTofu read different values")
		case eval.OfExpression:
		}
	}
	slices.Sort(d.Variables)
	slices.Sort(d.Secret)
	if len(d.Secret) > 0 {
		rest = append([]string{"it depends on " + rootVariables(d.Secret) + ", declared sensitive or ephemeral"}, rest...)
	}
	if len(d.Variables) > 0 {
		rest = append([]string{"it depends on " + rootVariables(d.Variables)}, rest...)
	}
	d.Why = what
	if len(rest) > 0 {
		d.Why += ": " + strings.Join(rest, "; ")
	}
}

func rootVariables(names []string) string {
	if len(names) == 1 {
		return "the root variable " + names[0]
	}
	return "the root variables " + strings.Join(names, ", ")
}
