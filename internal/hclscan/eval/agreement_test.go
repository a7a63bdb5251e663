package eval

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// atOnce is how many configurations a CLI plans at a time: to start it costs more.
const atOnce = 10

var (
	configurations = flag.Int("eval.configurations", 50, "how many configurations are generated")
	seed           = flag.Int64("eval.seed", 1, "of the first one")
)

// generated are some configurations without providers, each with variables, locals and
// outputs, and with a module of the same variables, as modules of one root module, which
// the values are for.
func generated(seed int64, n int) (files tree, values map[string]cty.Value) {
	files, values = tree{}, map[string]cty.Value{}
	var root strings.Builder
	for i := range n {
		id := fmt.Sprintf("c%d", i)
		g := &generator{Rand: rand.New(rand.NewSource(seed + int64(i)))}
		given := g.rootVariables()
		fmt.Fprintf(&root, "module %q {\n  source = \"./%s\"\n", id, id)
		var declared strings.Builder
		for _, name := range sortedKeys(variableTypes) {
			fmt.Fprintf(&root, "  %s = var.%s_%s\n", name, id, name)
			fmt.Fprintf(&declared, "variable \"%s_%s\" {\n  type = %s\n}\n", id, name, variableTypes[name])
			values[id+"_"+name] = given[name]
		}
		root.WriteString("}\n" + declared.String())
		for name, content := range g.configuration() {
			files[id+"/"+name] = content
		}
		for k := range 2 * outputs {
			fmt.Fprintf(&root, "output \"%s_o%d\" { value = module.%s.o%d }\n", id, k, id, k)
		}
	}
	files["main.tf"] = root.String()
	return files, values
}

// outputs is how many outputs of its own a generated module has.
const outputs = 12

func (g *generator) configuration() tree {
	var variables, main, module, call strings.Builder
	for _, name := range sortedKeys(variableTypes) {
		fmt.Fprintf(&variables, "variable %q {\n  type = %s\n}\n", name, variableTypes[name])
		g.names = append(g.names, "var."+name)
	}
	main.WriteString("locals {\n")
	for i := range 6 {
		fmt.Fprintf(&main, "  l%d = try(%s, null)\n", i, g.any(3))
		g.names = append(g.names, fmt.Sprintf("local.l%d", i))
	}
	main.WriteString("}\n")
	for i := range outputs {
		fmt.Fprintf(&main, "output \"o%d\" { value = try(jsonencode(%s), \"an error\") }\n", i, g.any(4))
	}
	call.WriteString("module \"m\" {\n  source = \"./m\"\n")
	for _, name := range sortedKeys(variableTypes) {
		switch name {
		case "any1", "any2":
			fmt.Fprintf(&call, "  %s = try(%s, null)\n", name, g.any(3))
		case "s", "s2", "null":
			fmt.Fprintf(&call, "  %s = try(tostring(%s), null)\n", name, g.any(2))
		default:
			fmt.Fprintf(&call, "  %s = var.%s\n", name, name)
		}
	}
	call.WriteString("}\n")
	g.names = g.names[:len(variableTypes)]
	for i := range outputs {
		fmt.Fprintf(&module, "output \"o%d\" { value = try(jsonencode(%s), \"an error\") }\n", i, g.any(4))
		fmt.Fprintf(&main, "output \"o%d\" { value = module.m.o%d }\n", outputs+i, i)
	}
	return tree{"main.tf": variables.String() + main.String() + call.String(), "m/main.tf": variables.String() + module.String()}
}

func (w *world) outputs() map[string]cty.Value {
	values := map[string]cty.Value{}
	for name := range w.root.names.outputs {
		values[name], _ = w.root.output(name)
	}
	return values
}

func evaluateOutputs(t *testing.T, c *hclscan.Configuration, given map[string]cty.Value) map[string]cty.Value {
	t.Helper()
	e, err := New(c, Options{Variables: given})
	if err != nil {
		t.Fatal(err)
	}
	values := e.worlds[0].outputs()
	if err := e.Err(); err != nil {
		t.Fatalf("%s: %s", c.Root.RootDir, err)
	}
	return values
}

// TestMonotony: what is certain without variables does not change when they are given, nor
// what is certain with some of them when all are.
func TestMonotony(t *testing.T) {
	t.Parallel()
	certain, all := 0, 0
	for i := range int64(*configurations) {
		files, values := generated(*seed+i, 1)
		c := files.scan(t)
		full := evaluateOutputs(t, c, values)
		r := rand.New(rand.NewSource(i))
		for range 4 {
			some := map[string]cty.Value{}
			for _, name := range sortedKeys(values) {
				if r.Intn(3) == 0 {
					some[name] = values[name]
				}
			}
			for name, v := range evaluateOutputs(t, c, some) {
				all++
				if !wholly(v) {
					continue
				}
				certain++
				if !v.RawEquals(full[name]) {
					t.Errorf("seed %d, output %s: %#v with %v, %#v with all", *seed+i, name, v, sortedKeys(some), full[name])
				}
			}
		}
	}
	t.Logf("%d of %d outputs are certain with some variables", certain, all)
}

// TestAgreement: what is certain is what the CLI makes of the same configuration. It needs
// one; see tools/with-cli.sh.
func TestAgreement(t *testing.T) {
	t.Parallel()
	cli := os.Getenv("CONTROLS_CLI")
	if cli == "" {
		t.Skip("needs a CLI")
	}
	certain, all, wrong := 0, 0, 0
	for i := 0; i < *configurations; i += atOnce {
		n := min(atOnce, *configurations-i)
		files, values := generated(*seed+int64(i), n)
		c := files.scan(t)
		full := evaluateOutputs(t, c, values)
		planned := plan(t, cli, c.Root.RootDir, values)
		if len(planned) != n*2*outputs {
			t.Fatalf("%d outputs", len(planned))
		}
		for name, want := range planned {
			all++
			if !wholly(full[name]) {
				continue
			}
			certain++
			if got := full[name]; got.Type() != cty.String || got.IsNull() || got.AsString() != want {
				wrong++
				t.Errorf("from seed %d, output %s: %#v, and the CLI says %q\n%s",
					*seed+int64(i), name, got, want, files.output(name))
			}
		}
	}
	t.Logf("%d of %d outputs are certain, %d disagree", certain, all, wrong)
}

// output is the expression of an output of a generated configuration.
func (files tree) output(name string) string {
	id, out, _ := strings.Cut(name, "_o")
	n, err := strconv.Atoi(out)
	file := id + "/main.tf"
	if err == nil && n >= outputs {
		n, file = n-outputs, id+"/m/main.tf"
	}
	_, after, _ := strings.Cut(files[file], fmt.Sprintf("output \"o%d\" ", n))
	line, _, _ := strings.Cut(after, "\n")
	return line
}

// plan gives the outputs of a configuration, all of which the plan knows.
func plan(t *testing.T, cli, root string, values map[string]cty.Value) map[string]string {
	t.Helper()
	encoded, err := ctyjson.Marshal(cty.ObjectVal(values), cty.ObjectVal(values).Type())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "terraform.tfvars.json"), encoded, 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		command := exec.Command(cli, args...)
		command.Dir = root
		var stderr strings.Builder
		command.Stderr = &stderr
		out, err := command.Output()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s\n%s", cli, args, err, out, stderr.String())
		}
		return out
	}
	run("init", "-no-color", "-backend=false")
	run("plan", "-no-color", "-input=false", "-out=plan")
	var shown struct {
		Planned struct {
			Outputs map[string]struct{ Value *string }
		} `json:"planned_values"`
	}
	if err := json.Unmarshal(run("show", "-json", "plan"), &shown); err != nil {
		t.Fatal(err)
	}
	result := map[string]string{}
	for name, output := range shown.Planned.Outputs {
		if output.Value == nil {
			result[name] = "not known to the CLI"
			continue
		}
		result[name] = *output.Value
	}
	return result
}
