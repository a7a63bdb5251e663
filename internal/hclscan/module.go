package hclscan

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// module is what the folder of a module declares, however often it is called.
type module struct {
	resources []declaration
	others    []declaration // imports, removals, data sources, actions
	calls     []declaration
	variables map[string][]declaration
	folder    *Folder // with Options.Bodies
	broken    bool    // a file of it could not be read: its problems are reported already
	empty     bool    // it has no files
}

// declaration is a block together with the blocks of override files that merge into it.
type declaration struct {
	block
	overrides []block
}

// attribute is the value that one CLI reads.
func (d declaration) attribute(name string, v View) Attribute {
	value := d.attributes[name]
	for _, o := range d.overrides {
		if overridden, ok := o.attributes[name]; ok && o.views&v != 0 {
			value = overridden
		}
	}
	return value
}

// values are what the CLIs that read the block's file take an attribute to be: one
// value, or two where an override file, or its shadow, is for one of them alone.
func (d declaration) values(name string) []Attribute {
	var values []Attribute
	for _, v := range bothViews {
		if d.views&v == 0 {
			continue
		}
		if value := d.attribute(name, v); len(values) == 0 || values[0] != value {
			values = append(values, value)
		}
	}
	return values
}

// resolved are the attributes of a resource as the caller sees them.
func (d declaration) resolved() map[string]Attribute {
	names := map[string]bool{}
	for name := range d.attributes {
		names[name] = true
	}
	for _, o := range d.overrides {
		for name := range o.attributes {
			names[name] = true
		}
	}
	var resolved map[string]Attribute
	for name := range names {
		value := Attribute{Set: true} // neither CLI's, if they differ
		if values := d.values(name); len(values) == 1 {
			value = values[0]
		}
		if value.Set {
			if resolved == nil {
				resolved = make(map[string]Attribute, len(names))
			}
			resolved[name] = value
		}
	}
	return resolved
}

// outward is the kind as the caller sees it, and what starts the addresses of its blocks.
func (k blockKind) outward() (kind Kind, mode string) {
	switch k {
	case importBlock:
		return Imported, ""
	case removedBlock:
		return Removed, ""
	case dataBlock:
		return Data, "data."
	case actionBlock:
		return Action, "action."
	case resourceBlock, moduleBlock, variableBlock, localValue, dataBody, outputBlock, terraformBlock:
	}
	return Declared, ""
}

// ran are the types of the provisioners that a CLI runs: those of the last override file
// that has any, in place of the block's own. Two CLIs may run different ones.
func (d declaration) ran() []string {
	types := map[string]bool{}
	for _, v := range bothViews {
		if d.views&v == 0 {
			continue
		}
		run := d.provisioners
		for _, o := range d.overrides {
			if o.views&v != 0 && len(o.provisioners) > 0 {
				run = o.provisioners
			}
		}
		for _, typ := range run {
			types[typ] = true
		}
	}
	return slices.Sorted(maps.Keys(types))
}

// merge puts override blocks with the blocks they override. One that overrides nothing
// is an error to the CLIs; here it is a declaration like any other, since to drop it
// could only hide a resource. Blocks without a name of their own override nothing.
func merge(blocks []block) []declaration {
	type key struct {
		kind      blockKind
		typ, name string
	}
	var declarations []declaration
	byKey := map[key][]int{}
	for _, b := range blocks {
		if !b.override {
			k := key{b.kind, b.typ, b.name}
			byKey[k] = append(byKey[k], len(declarations))
			declarations = append(declarations, declaration{block: b})
		}
	}
	for _, b := range blocks {
		if !b.override {
			continue
		}
		merged := false
		if b.kind <= outputBlock {
			for _, i := range byKey[key{b.kind, b.typ, b.name}] {
				if declarations[i].views&b.views != 0 {
					declarations[i].overrides = append(declarations[i].overrides, b)
					merged = true
				}
			}
		}
		if !merged {
			declarations = append(declarations, declaration{block: b})
		}
	}
	return declarations
}

// folder is a module's folder that is still to be parsed.
type folder struct {
	module   *module
	files    []sourceFile
	blocks   [][]block   // by file
	problems [][]Problem // by file
}

// parse reads all files of the folders, as many at a time as there are processors, and
// assembles the modules. The outcome does not depend on which is done first.
func (s *scanner) parse(folders []*folder) {
	type job struct {
		folder *folder
		file   int
	}
	var jobs []job
	for _, f := range folders {
		f.blocks = make([][]block, len(f.files))
		f.problems = make([][]Problem, len(f.files))
		for i := range f.files {
			jobs = append(jobs, job{f, i})
		}
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(len(jobs)); i = next.Add(1) {
				j := jobs[i-1]
				j.folder.blocks[j.file], j.folder.problems[j.file] = s.parseFile(j.folder.files[j.file])
			}
		})
	}
	workers.Wait()

	for _, f := range folders {
		var all []block
		for i := range f.files {
			all = append(all, f.blocks[i]...)
			s.problems = append(s.problems, f.problems[i]...)
			f.module.broken = f.module.broken || len(f.problems[i]) > 0
		}
		for _, d := range merge(all) {
			f.module.add(d)
		}
	}
}

func (m *module) add(d declaration) {
	if d.part != (Part{}) {
		m.keep(d)
	}
	switch d.kind {
	case resourceBlock:
		// Once a folder, not once a call of it.
		d.attributes, d.provisioners, d.overrides = d.resolved(), d.ran(), nil
		m.resources = append(m.resources, d)
	case moduleBlock:
		m.calls = append(m.calls, d)
	case variableBlock:
		if m.variables == nil {
			m.variables = map[string][]declaration{}
		}
		m.variables[d.name] = append(m.variables[d.name], d)
	case importBlock, removedBlock, dataBlock, actionBlock:
		d.provisioners = d.ran()
		m.others = append(m.others, d)
	case localValue, dataBody, outputBlock, terraformBlock: // evaluated or not, they choose nothing
	}
}
