package configuration_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

func sample() configuration.Document {
	return configuration.Document{
		Schema: configuration.Schema,
		Scope: configuration.Scope{
			Ignored: []string{}, Opaque: []string{"helm_release"}, Other: []string{"random_pet", "time_sleep"},
			Undocumented: []string{"azurerm_x"},
			UnreadModules: []configuration.UnreadModule{
				{Address: "module.a", File: "main.tf", Line: 7, Reason: "not installed", Source: "x/y/z"},
				{Address: "module.b.module.c", File: "c/main.tf", Line: 2, Reason: "not installed"},
			},
		},
		Services: map[string][]configuration.Place{
			"vault": {
				{Address: "azurerm_vault.a", Type: "azurerm_vault", File: "main.tf", Line: 3},
				{
					Address: "module.b.azapi_resource.c", Type: "Microsoft.Vault/vaults", Module: "module.b", File: "b/main.tf",
					Line: 1,
					Note: "a < b & \u2028 counts",
				},
			},
			"account": {{Address: "azurerm_account.a", Type: "azurerm_account", File: "main.tf", Line: 9}},
		},
	}
}

func encode(t *testing.T, d configuration.Document) string {
	t.Helper()
	text, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEncode(t *testing.T) {
	t.Parallel()
	const want = `{"schema":"https://github.com/security-controls/terraform-provider-controls/configuration/v1",` +
		`"scope":{"ignored":[],"opaque":["helm_release"],"other":["random_pet","time_sleep"],"undocumented":["azurerm_x"],` +
		`"unread_modules":[{"address":"module.a","file":"main.tf","line":7,"reason":"not installed","source":"x/y/z"},` +
		`{"address":"module.b.module.c","file":"c/main.tf","line":2,"reason":"not installed","source":""}]},` +
		`"services":{"account":[{"address":"azurerm_account.a","file":"main.tf","line":9,"module":"","note":"",` +
		`"type":"azurerm_account"}],` +
		`"vault":[{"address":"azurerm_vault.a","file":"main.tf","line":3,"module":"","note":"","type":"azurerm_vault"},` +
		`{"address":"module.b.azapi_resource.c","file":"b/main.tf","line":1,"module":"module.b","note":"a < b & ` + "\u2028" +
		` counts",` +
		`"type":"Microsoft.Vault/vaults"}]}}`
	d := sample()
	if diff := cmp.Diff(want, encode(t, d)); diff != "" {
		t.Error(diff)
	}
	d.Schema = "" // Encode fills it in
	if diff := cmp.Diff(want, encode(t, d)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"account", "vault"}, d.ServiceIDs()); diff != "" {
		t.Error(diff)
	}
}

func TestEncode_nothing(t *testing.T) {
	t.Parallel()
	text := encode(t, configuration.Document{})
	const want = `"scope":{"ignored":[],"opaque":[],"other":[],"undocumented":[],"unread_modules":[]},"services":{}}`
	if !strings.HasSuffix(text, want) {
		t.Errorf("got %s, want the end %s", text, want)
	}
	d, err := configuration.Parse(text)
	if err != nil || d.ServiceIDs() == nil || len(d.ServiceIDs()) != 0 {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	d := sample()
	got, err := configuration.Parse(encode(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&d, got); diff != "" {
		t.Error(diff)
	}
}

// A document that is larger than its readers take is not written.
func TestEncode_size(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Services["vault"][0].Note = strings.Repeat("x", configuration.MaxSize)
	if _, err := d.Encode(); err == nil || !strings.Contains(err.Error(), "expected at most 33554432") {
		t.Errorf("got %v", err)
	}
}

func withSettings() configuration.Document {
	d := sample()
	d.Settings = map[string]map[string]configuration.Setting{"vault": {"tls": {
		State: "unknown", By: []configuration.Decider{{
			Address: "azurerm_vault.a", Argument: "tls", File: "main.tf", Line: 4, Why: "not certain", Variables: []string{"tls"},
		}},
	}}}
	return d
}

func TestSettings(t *testing.T) {
	t.Parallel()
	text := encode(t, withSettings())
	const want = `"settings":{"vault":{"tls":{"by":[{"address":"azurerm_vault.a","argument":"tls","file":"main.tf","line":4,` +
		`"variables":["tls"],"why":"not certain"}],"state":"unknown"}}}}`
	if !strings.HasSuffix(text, want) {
		t.Errorf("got %s", text)
	}
	d, err := configuration.Parse(text)
	if err != nil || d.Settings["vault"]["tls"].By[0].Variables[0] != "tls" {
		t.Errorf("got %+v, %v", d, err)
	}
	for name, edit := range map[string][2]string{
		"a state of no kind":   {`"state":"unknown"`, `"state":"perhaps"`},
		"nothing that decides": {text[strings.Index(text, `"by":[`):strings.Index(text, `,"state"`)], `"by":null`},
		"no line":              {`"line":4`, `"line":0`},
		"of no place":          {`"settings":{"vault"`, `"settings":{"vault-of-nobody"`},
		"no control":           {`{"tls":{"by"`, `{"":{"by"`},
		"no variables":         {`"variables":["tls"]`, `"variables":null`},
	} {
		edited := strings.Replace(text, edit[0], edit[1], 1)
		if edited == text {
			t.Fatalf("%s: nothing is edited", name)
		}
		if _, err := configuration.Parse(edited); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	d := withSettings()
	d.Conditions = map[string]map[string]map[string]configuration.Setting{
		"vault": {"keys": {"Premium tier": d.Settings["vault"]["tls"]}},
	}
	text := encode(t, d)
	read, err := configuration.Parse(text)
	if err != nil || read.Conditions["vault"]["keys"]["Premium tier"].State != "unknown" {
		t.Errorf("got %+v, %v", read, err)
	}
	if plain := encode(t, withSettings()); strings.Contains(plain, "conditions") {
		t.Errorf("has conditions of nothing: %s", plain)
	}
	_, settings, _ := strings.Cut(text, `,"settings":`)
	for name, edit := range map[string][2]string{
		"a state of no kind": {`"state":"unknown"`, `"state":"perhaps"`},
		"no line":            {`"line":4`, `"line":0`},
		"of no place":        {`"conditions":{"vault"`, `"conditions":{"vault-of-nobody"`},
		"no control":         {`{"keys":{`, `{"":{`},
		"no condition":       {`{"Premium tier":{`, `{"":{`},
		"no settings":        {`,"settings":` + settings, `}`},
	} {
		edited := strings.Replace(text, edit[0], edit[1], 1)
		if edited == text {
			t.Fatalf("%s: nothing is edited", name)
		}
		if _, err := configuration.Parse(edited); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestParse_malformed(t *testing.T) {
	t.Parallel()
	good := encode(t, sample())
	edit := func(old, by string) string {
		t.Helper()
		if strings.Count(good, old) == 0 {
			t.Fatalf("%q does not occur", old)
		}
		return strings.Replace(good, old, by, 1)
	}
	before, _, _ := strings.Cut(good, `"services":`)
	for name, c := range map[string]struct{ text, want string }{
		"empty":              {"", "it is not the JSON of one"},
		"null":               {"null", `its schema is "", expected "https://`},
		"a list":             {"[]", "cannot unmarshal array"},
		"cut":                {good[:len(good)/2], "unexpected EOF"},
		"text after the end": {good + "{}", "it is not in canonical form"},
		"space":              {edit(`"services":`, `"services": `), "it is not in canonical form"},
		"too long":           {good + strings.Repeat(" ", configuration.MaxSize), "expected at most 33554432"},
		"another schema":     {edit("configuration/v1", "configuration/v2"), "configuration/v2"},
		"unknown key":        {edit(`"line":9`, `"line":9,"column":1`), `unknown field "column"`},
		"duplicate key":      {edit(`"line":9`, `"line":9,"line":9`), "it is not in canonical form"},
		"duplicate service":  {edit(`"services":{`, `"services":{"account":[],`), "it is not in canonical form"},
		"other case":         {edit(`"line":9`, `"Line":9`), "it is not in canonical form"},
		"missing key":        {edit(`"module":"",`, ``), "it is not in canonical form"},
		"null place":         {edit(`"account":[`, `"account":[null,`), "it is not in canonical form"},
		"null services":      {before + `"services":null}`, "its services are null"},
		"null places":        {edit(`"services":{`, `"services":{"a":null,`), `the service "a" has no id or no place`},
		"no places":          {edit(`"services":{`, `"services":{"a":[],`), `the service "a" has no id or no place`},
		"no id":              {edit(`"account":`, `"":`), `the service "" has no id or no place`},
		"line is a string":   {edit(`"line":9`, `"line":"9"`), "cannot unmarshal string"},
		"line is a fraction": {edit(`"line":9`, `"line":9.5`), "cannot unmarshal number"},
		"line is zero":       {edit(`"line":9`, `"line":0`), `place 0 of the service "account" lacks`},
		"line is negative":   {edit(`"line":3`, `"line":-3`), `place 0 of the service "vault" lacks`},
		"no file":            {edit(`"file":"b/main.tf"`, `"file":""`), `place 1 of the service "vault" lacks`},
		"no address":         {edit(`"address":"azurerm_account.a"`, `"address":""`), `place 0 of the service "account" lacks`},
		"no type":            {edit(`"type":"azurerm_account"`, `"type":""`), `place 0 of the service "account" lacks`},
		"scope is null":      {edit(`"ignored":[]`, `"ignored":null`), "scope.ignored is not a sorted list"},
		"scope is not sorted": {
			edit(`["random_pet","time_sleep"]`, `["time_sleep","random_pet"]`),
			"scope.other is not a sorted list",
		},
		"scope twice": {
			edit(`["random_pet","time_sleep"]`, `["random_pet","random_pet"]`),
			"scope.other is not a sorted list",
		},
		"scope with nothing": {edit(`["helm_release"]`, `[""]`), "scope.opaque is not a sorted list"},
		"variables twice": {
			edit(`},"services"`, `,"variables":["a","a"]},"services"`), "scope.variables is not a sorted list of names",
		},
		"variables, not sorted": {
			edit(`},"services"`, `,"variables":["b","a"]},"services"`), "scope.variables is not a sorted list of names",
		},
		"unread is null": {
			edit(good[strings.Index(good, `"unread_modules":`):strings.Index(good, `},"services"`)], `"unread_modules":null`),
			"scope.unread_modules is null",
		},
		"unread, no address": {edit(`"address":"module.a"`, `"address":""`), "unread module 0 of the scope lacks"},
		"unread, no reason":  {edit(`"reason":"not installed"`, `"reason":""`), "unread module 0 of the scope lacks"},
		"unread, no line":    {edit(`"line":7`, `"line":0`), "unread module 0 of the scope lacks"},
		"unread, not sorted": {edit(`"address":"module.a"`, `"address":"module.z"`), "scope.unread_modules is not sorted"},
		"unread twice": {
			edit(`{"address":"module.a","file":"main.tf","line":7,"reason":"not installed","source":"x/y/z"}`,
				`{"address":"module.b.module.c","file":"c/main.tf","line":2,"reason":"not installed","source":""}`),
			"scope.unread_modules is not sorted, each of them once",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := configuration.Parse(c.text)
			if err == nil {
				t.Fatalf("got %+v, want an error", d)
			}
			for _, want := range []string{c.want, "Pass data.controls_configuration.<name>.document as it is"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want it to say %q", err, want)
				}
			}
		})
	}
}

// Whatever Parse takes, Encode writes again.
func FuzzParse(f *testing.F) {
	d := sample()
	text, err := d.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(strings.Replace(text, "azurerm_vault", `\u0061`, 1))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := configuration.Parse(text)
		if err != nil {
			return
		}
		again, err := d.Encode()
		if err != nil || again != text {
			t.Errorf("got %q, %v; want %q", again, err, text)
		}
	})
}

func large(places int) configuration.Document {
	d := configuration.Document{Services: map[string][]configuration.Place{}}
	for i := range places {
		id := fmt.Sprintf("service-%d", i%50)
		d.Services[id] = append(d.Services[id], configuration.Place{
			Address: fmt.Sprintf("module.workload.azurerm_storage_account.account_%d", i), Type: "azurerm_storage_account",
			Module: "module.workload", File: fmt.Sprintf("modules/workload/storage_%d.tf", i/20), Line: i + 1,
		})
	}
	return d
}

func BenchmarkParse(b *testing.B) {
	for _, places := range []int{2_000, 20_000} {
		b.Run(fmt.Sprint(places), func(b *testing.B) {
			text, err := large(places).Encode()
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := configuration.Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleParse() {
	text, err := configuration.Document{Services: map[string][]configuration.Place{
		"azure-key-vault": {{Address: "azurerm_key_vault.main", Type: "azurerm_key_vault", File: "main.tf", Line: 1}},
	}}.Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := configuration.Parse(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.ServiceIDs(), d.Services["azure-key-vault"][0].Address)
	_, err = configuration.Parse("[]")
	fmt.Println(strings.Count(err.Error(), "Pass data.controls_configuration.<name>.document as it is"))
	// Output:
	// [azure-key-vault] azurerm_key_vault.main
	// 1
}
