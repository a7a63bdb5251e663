package eval

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func collectionFunctions() map[string]function.Function {
	return map[string]function.Function{
		"alltrue":   ofBooleans(true),
		"anytrue":   ofBooleans(false),
		"coalesce":  coalesce(),
		"index":     index(),
		"length":    lengthOf(),
		"lookup":    lookup(),
		"matchkeys": matchkeys(),
		"one":       one(),
		"sum":       sum(),
		"transpose": transpose(),
	}
}

// ofBooleans is alltrue or anytrue: what decides it is the opposite of the one, or the other.
func ofBooleans(all bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			unknown := false
			for _, v := range children(args[0]) {
				switch {
				case !v.IsKnown():
					unknown = true
				case v.IsNull() && all:
					return cty.False, nil
				case v.IsNull():
				case v.True() != all:
					return cty.BoolVal(!all), nil
				}
			}
			if unknown {
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.BoolVal(all), nil
		},
	})
}

// coalesce is Terraform's, which also passes over empty strings.
func coalesce() function.Function {
	values := anything("values")
	return function.New(&function.Spec{
		VarParam: &values,
		Type: func(args []cty.Value) (cty.Type, error) {
			types := make([]cty.Type, len(args))
			for i, arg := range args {
				types[i] = arg.Type()
			}
			ty, _ := convert.UnifyUnsafe(types)
			if len(args) == 0 || ty == cty.NilType {
				return cty.NilType, errors.New("no common type")
			}
			return ty, nil
		},
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			for _, arg := range args {
				v, err := convert.Convert(arg, ty)
				switch {
				case err != nil:
					return cty.NilVal, err
				case !v.IsKnown():
					return cty.UnknownVal(ty), nil
				case v.IsNull(), v.Type() == cty.String && v.AsString() == "":
				default:
					return v, nil
				}
			}
			return cty.NilVal, errors.New("nothing but null and empty strings")
		},
	})
}

func index() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "list", Type: cty.DynamicPseudoType},
			{Name: "value", Type: cty.DynamicPseudoType},
		},
		Type: function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if ty := args[0].Type(); !ty.IsListType() && !ty.IsTupleType() {
				return cty.NilVal, errors.New("no list")
			}
			for i, v := range children(args[0]) {
				equal := v.Equals(args[1])
				if !equal.IsKnown() {
					return cty.UnknownVal(cty.Number), nil
				}
				if equal.True() {
					return cty.NumberIntVal(int64(i)), nil
				}
			}
			return cty.NilVal, errors.New("not found")
		},
	})
}

func lengthOf() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			switch ty := v.Type(); {
			case ty.IsTupleType():
				return cty.NumberIntVal(int64(ty.Length())), nil
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))), nil
			case ty == cty.DynamicPseudoType || !v.IsKnown():
				return cty.UnknownVal(cty.Number), nil
			case ty == cty.String:
				return stdlib.Strlen(v)
			case ty.IsSetType() && !v.IsWhollyKnown():
				return cty.UnknownVal(cty.Number), nil
			case ty.IsCollectionType():
				return v.Length(), nil
			}
			return cty.NilVal, errors.New("has no length")
		},
	})
}

func lookup() function.Function {
	def := anything("default")
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "map", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true},
			{Name: "key", Type: cty.String},
		},
		VarParam: &def,
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			m, key := args[0], args[1].AsString()
			ty := m.Type()
			switch {
			case len(args) > 3:
				return cty.NilVal, errors.New("too many arguments")
			case !m.IsKnown():
				return cty.DynamicVal, nil
			case !ty.IsObjectType() && !ty.IsMapType():
				return cty.NilVal, errors.New("no map")
			}
			found := ty.IsObjectType() && ty.HasAttribute(key)
			if ty.IsMapType() {
				found = m.HasIndex(args[1]).True()
			}
			if ty.IsMapType() && len(args) == 3 {
				// It has to be of the elements' type, also where it is not needed.
				def, err := convert.Convert(args[2], ty.ElementType())
				if err != nil {
					return cty.NilVal, err
				}
				args[2] = def
			}
			switch {
			case found && ty.IsObjectType():
				return m.GetAttr(key), nil
			case found:
				return m.Index(args[1]), nil
			case len(args) == 2:
				return cty.NilVal, errors.New("not found")
			}
			return args[2], nil
		},
	})
}

func matchkeys() function.Function {
	list := func(name string) function.Parameter {
		return function.Parameter{Name: name, Type: cty.List(cty.DynamicPseudoType)}
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{list("values"), list("keys"), list("searchset")},
		Type: func(args []cty.Value) (cty.Type, error) {
			if ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); ty == cty.NilType {
				return cty.NilType, errors.New("keys and searchset have different types")
			}
			return args[0].Type(), nil
		},
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() || !args[1].IsWhollyKnown() || !args[2].IsWhollyKnown() {
				return cty.UnknownVal(ty), nil
			}
			common, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()})
			keyed, keyErr := convert.Convert(args[1], common)
			searched, err := convert.Convert(args[2], common)
			if err = errors.Join(keyErr, err); err != nil {
				return cty.NilVal, err
			}
			values, keys, wanted := children(args[0]), children(keyed), children(searched)
			if len(values) != len(keys) {
				return cty.NilVal, errors.New("not as many keys as values")
			}
			var found []cty.Value
			for i, key := range keys {
				if slices.ContainsFunc(wanted, key.RawEquals) {
					found = append(found, values[i])
				}
			}
			if len(found) == 0 {
				return cty.ListValEmpty(ty.ElementType()), nil
			}
			return cty.ListVal(found), nil
		},
	})
}

func one() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			ty := v.Type()
			if !v.IsKnown() || ty.IsSetType() && !v.IsWhollyKnown() {
				return cty.DynamicVal, nil
			}
			if !sequence(ty) {
				return cty.NilVal, errors.New("no list, set or tuple")
			}
			elements := children(v)
			switch len(elements) {
			case 0:
				if ty.IsTupleType() {
					return cty.NullVal(cty.DynamicPseudoType), nil
				}
				return cty.NullVal(ty.ElementType()), nil
			case 1:
				return elements[0], nil
			}
			return cty.NilVal, errors.New("more than one element")
		},
	})
}

func sum() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !sequence(args[0].Type()) || length(args[0]) == 0 {
				return cty.NilVal, errors.New("nothing to add up")
			}
			total := cty.Zero
			for _, v := range children(args[0]) {
				number, err := convert.Convert(v, cty.Number)
				switch {
				case err != nil:
					return cty.NilVal, err
				case number.IsNull():
					return cty.NilVal, errors.New("a null")
				case !number.IsKnown():
					return cty.UnknownVal(cty.Number), nil
				}
				if total.AsBigFloat().Cmp(new(big.Float)) == 0 {
					total = number
					continue
				}
				total = total.Add(number)
			}
			return total, nil
		},
	})
}

func transpose() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "map", Type: cty.Map(cty.List(cty.String))}},
		Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))),
		Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(ty), nil
			}
			turned := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				key, list := it.Element()
				for _, v := range children(list) {
					if v.IsNull() {
						return cty.NilVal, errors.New("a null")
					}
					turned[v.AsString()] = append(turned[v.AsString()], key)
				}
			}
			if len(turned) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			values := make(map[string]cty.Value, len(turned))
			for key, list := range turned {
				slices.SortFunc(list, func(a, b cty.Value) int { return strings.Compare(a.AsString(), b.AsString()) })
				values[key] = cty.ListVal(list)
			}
			return cty.MapVal(values), nil
		},
	})
}
