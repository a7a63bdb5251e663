package eval

import (
	"github.com/zclconf/go-cty/cty"
)

// ref marks an unknown value that is certainly one attribute of one resource instance, as
// it is. Nothing but a reference to it makes one, and whatever makes something else of a
// value takes the mark away, so that an unknown value has one such mark or none.
type ref struct {
	address string // module.m["k"].azurerm_key_vault.a[0]
	config  string // the same without instance keys
	path    string // the attribute; empty for the whole resource
}

// refOf is what an unknown value certainly is, if it is known to be an attribute.
func refOf(v cty.Value) (ref, bool) {
	if v == cty.NilVal || !v.IsMarked() {
		return ref{}, false
	}
	unmarked, marks := v.Unmark()
	if unmarked.IsKnown() || len(marks) != 1 {
		return ref{}, false
	}
	for m := range marks {
		r, ok := m.(ref)
		return r, ok
	}
	return ref{}, false
}

func (r ref) value() cty.Value { return cty.DynamicVal.Mark(r) }

func (r ref) step(name string) ref {
	if r.path != "" {
		name = r.path + "." + name
	}
	r.path = name
	return r
}

// Identity tells whether an attribute says which resource it is of, so that it is a string
// and never null.
func Identity(path string) bool {
	switch path {
	case "id", "arn", "name", "bucket", "self_link":
		return true
	}
	return false
}

// plain takes all marks away.
func plain(v cty.Value) cty.Value {
	if !v.ContainsMarked() {
		return v
	}
	v, _ = v.UnmarkDeep()
	return v
}

// unmarkTop takes marks away that a collection got from its elements, and what an unknown
// value got that is made of others.
func unmarkTop(v cty.Value) cty.Value {
	v, _ = v.Unmark()
	return v
}

// isNull tells whether a value is certainly null.
func isNull(v cty.Value) bool { return unmarkTop(v).IsNull() }

func wholly(v cty.Value) bool { return plain(v).IsWhollyKnown() }

// maxExponent bounds the size of numbers: 1e999999999 would be a gigabyte of digits.
const maxExponent = 4096

// size counts elements and bytes, up to a limit. It is not ok for a number that is too
// large to be written.
func size(v cty.Value, limit int) (n int, ok bool) {
	v = unmarkTop(v)
	n = 1
	if !v.IsKnown() || v.IsNull() {
		return n, true
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		return n + len(v.AsString()), true
	case ty == cty.Number:
		number := v.AsBigFloat()
		exponent := number.MantExp(nil)
		return n, !number.IsInf() && exponent < maxExponent && exponent > -maxExponent
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next(); {
			key, element := it.Element()
			if key = unmarkTop(key); key.Type() == cty.String && key.IsKnown() {
				n += len(key.AsString())
			}
			m, ok := size(element, limit-n)
			if n += m; n > limit || !ok {
				return n, ok
			}
		}
	}
	return n, true
}

// retyped tells whether unifying the types of values could turn a value that is known into
// one of another type, depending on a type that is not known: true beside "x" becomes
// "true". Strings stay what they are.
//
// It looks only at what the unknown can meet: attributes of objects of the same names, and
// else all elements of everything, since those become elements of one collection.
func retyped(values []cty.Value) bool {
	var known []cty.Value
	open := false
	for _, v := range values {
		v = unmarkTop(v)
		switch {
		case v.Type() == cty.DynamicPseudoType && v.IsKnown(): // a null literal, which becomes anything
		case v.Type() == cty.DynamicPseudoType:
			open = true
		default:
			known = append(known, v)
		}
	}
	if open {
		for _, v := range known {
			if soft(v) {
				return true
			}
		}
		return false
	}
	columns, pooled := columnsOf(known)
	if columns != nil {
		for _, column := range columns {
			if retyped(column) {
				return true
			}
		}
		return false
	}
	return len(pooled) > 1 && retyped(pooled)
}

// columnsOf gives the elements of values by their place, if all values have the same
// places, or else all elements of all values.
func columnsOf(values []cty.Value) (columns [][]cty.Value, pooled []cty.Value) {
	if len(values) == 0 {
		return nil, nil
	}
	same := true
	for _, v := range values {
		same = same && sameForm(values[0].Type(), v.Type())
		pooled = append(pooled, children(v)...)
	}
	if !same {
		return nil, pooled
	}
	for _, v := range values {
		for i, element := range children(v) {
			if i == len(columns) {
				columns = append(columns, nil)
			}
			columns[i] = append(columns[i], element)
		}
	}
	if columns == nil {
		columns = [][]cty.Value{}
	}
	return columns, nil
}

// sameForm tells whether two types are objects of the same attributes or tuples of the
// same length.
func sameForm(a, b cty.Type) bool {
	switch {
	case a.IsTupleType() && b.IsTupleType():
		return a.Length() == b.Length()
	case a.IsObjectType() && b.IsObjectType():
		other := b.AttributeTypes()
		if len(a.AttributeTypes()) != len(other) {
			return false
		}
		for name := range a.AttributeTypes() {
			if _, ok := other[name]; !ok {
				return false
			}
		}
		return true
	}
	return false
}

// children are the elements of a value, in an order of their own. Of what is not known or
// null they are unknown values of the elements' types.
func children(v cty.Value) []cty.Value {
	v = unmarkTop(v)
	var all []cty.Value
	ty := v.Type()
	switch {
	case v.IsKnown() && !v.IsNull() && v.CanIterateElements():
		for it := v.ElementIterator(); it.Next(); {
			_, element := it.Element()
			all = append(all, element)
		}
	case ty.IsCollectionType():
		all = append(all, cty.UnknownVal(ty.ElementType()))
	case ty.IsTupleType():
		for _, element := range ty.TupleElementTypes() {
			all = append(all, cty.UnknownVal(element))
		}
	case ty.IsObjectType():
		types := ty.AttributeTypes()
		for _, name := range sortedKeys(types) {
			all = append(all, cty.UnknownVal(types[name]))
		}
	}
	return all
}

// soft tells whether a value could become another one by a conversion to a type that is
// not known: numbers and booleans become strings, sequences sets, which have another order.
func soft(v cty.Value) bool {
	v = unmarkTop(v)
	switch ty := v.Type(); {
	case ty == cty.Number, ty == cty.Bool:
		return true
	case ty.IsListType(), ty.IsTupleType(), ty.IsSetType():
		if len(children(v)) > 1 || ty.IsSetType() {
			return true
		}
	}
	for _, element := range children(v) {
		if soft(element) {
			return true
		}
	}
	return false
}

func isText(v cty.Value) bool {
	return v.Type() == cty.String && v.IsKnown() && !v.IsNull() && !v.IsMarked()
}
