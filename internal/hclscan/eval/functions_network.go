package eval

import (
	"math/big"
	"net/netip"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// networkFunctions calculate addresses. What is no address range in the usual way of
// writing one, or has no room for what is asked for, is left unknown, and so never chooses
// another branch.
func networkFunctions() map[string]function.Function {
	prefix := function.Parameter{Name: "prefix", Type: cty.String}
	number := func(name string) function.Parameter { return function.Parameter{Name: name, Type: cty.Number} }
	calculated := func(f func(netip.Prefix, []int) (string, bool), params ...function.Parameter) function.Function {
		return function.New(&function.Spec{
			Params: append([]function.Parameter{prefix}, params...),
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				within, numbers, ok := rangeAndNumbers(args)
				if !ok {
					return cty.NilVal, errDoubt
				}
				s, ok := f(within, numbers)
				if !ok {
					return cty.NilVal, errDoubt
				}
				return cty.StringVal(s), nil
			},
		})
	}
	return map[string]function.Function{
		"cidrhost":    calculated(cidrHost, number("hostnum")),
		"cidrnetmask": calculated(cidrNetmask),
		"cidrsubnet":  calculated(cidrSubnet, number("newbits"), number("netnum")),
		"cidrsubnets": cidrSubnets(prefix, number("newbits")),
	}
}

// maxNewBits is by how much a range is divided at most, as cidrsubnets has it, so that
// numbers of subnets fit.
const maxNewBits = 32

// rangeAndNumbers reads an address range and the whole numbers after it.
func rangeAndNumbers(args []cty.Value) (netip.Prefix, []int, bool) {
	prefix, err := netip.ParsePrefix(args[0].AsString())
	if err != nil || prefix.Addr().Is4In6() {
		return netip.Prefix{}, nil, false
	}
	var numbers []int
	for _, arg := range args[1:] {
		n, accuracy := arg.AsBigFloat().Int64()
		if accuracy != big.Exact || n > 1<<maxNewBits || n < -1<<maxNewBits {
			return netip.Prefix{}, nil, false
		}
		numbers = append(numbers, int(n))
	}
	return prefix.Masked(), numbers, true
}

// address is the one that is a number of addresses after the first of a range, if it is
// still in it.
func address(within netip.Prefix, after *big.Int) (netip.Addr, bool) {
	bytes := within.Addr().AsSlice()
	sum := new(big.Int).Add(new(big.Int).SetBytes(bytes), after)
	if sum.Sign() < 0 || sum.BitLen() > 8*len(bytes) {
		return netip.Addr{}, false
	}
	a, ok := netip.AddrFromSlice(sum.FillBytes(bytes))
	return a, ok && within.Contains(a) && !a.Is4In6()
}

// hosts is how many addresses a range of that many bits in the network's part has.
func hosts(of netip.Addr, bits int) *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(of.BitLen()-bits))
}

func cidrHost(within netip.Prefix, numbers []int) (string, bool) {
	after := big.NewInt(int64(numbers[0]))
	if after.Sign() < 0 { // counted from the end
		after.Add(after, hosts(within.Addr(), within.Bits()))
	}
	a, ok := address(within, after)
	return a.String(), ok && after.Sign() >= 0
}

func cidrNetmask(within netip.Prefix, _ []int) (string, bool) {
	all, _ := netip.AddrFromSlice([]byte{255, 255, 255, 255})
	mask, err := all.Prefix(min(within.Bits(), all.BitLen()))
	return mask.Addr().String(), err == nil && within.Addr().Is4()
}

func cidrSubnet(within netip.Prefix, numbers []int) (string, bool) {
	more, n := numbers[0], numbers[1]
	bits := within.Bits() + more
	if more < 0 || more > maxNewBits || bits > within.Addr().BitLen() || n < 0 || n >= 1<<more {
		return "", false
	}
	a, ok := address(within, new(big.Int).Mul(big.NewInt(int64(n)), hosts(within.Addr(), bits)))
	return netip.PrefixFrom(a, bits).String(), ok
}

func cidrSubnets(prefix, more function.Parameter) function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{prefix},
		VarParam: &more,
		Type:     function.StaticReturnType(cty.List(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			within, numbers, ok := rangeAndNumbers(args)
			switch {
			case !ok || within.Addr().IsUnspecified():
				return cty.NilVal, errDoubt
			case len(numbers) == 0:
				return cty.ListValEmpty(cty.String), nil
			}
			var subnets []cty.Value
			next := new(big.Int) // after the first address of the range
			for _, n := range numbers {
				bits := within.Bits() + n
				if n < 1 || n > maxNewBits || bits > within.Addr().BitLen() {
					return cty.NilVal, errDoubt
				}
				size := hosts(within.Addr(), bits)
				// The first multiple of its size that is free.
				next.Add(next, new(big.Int).Sub(size, big.NewInt(1)))
				next.Sub(next, new(big.Int).Mod(next, size))
				a, ok := address(within, next)
				if !ok {
					return cty.NilVal, errDoubt
				}
				subnets = append(subnets, cty.StringVal(netip.PrefixFrom(a, bits).String()))
				next.Add(next, size)
			}
			return cty.ListVal(subnets), nil
		},
	})
}
