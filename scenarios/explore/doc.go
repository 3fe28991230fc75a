// Package explore has apps with one bug each, and apps without any, for the bug search: each bug
// must be found with no hint, and no finding may be about an app that is right. The apps in Go are
// in shop.go; those with Express and Flask are in the folders express and flask, with scenarios
// that name them.
//
// How large the space of the stories is, and what became of it with the usual budget of 2,000
// schedules: a run whose door equals an earlier one is equal, a pair is masked if one of its
// deviations fails alone, and "shows" are pairs with a point that only a deviation brings about.
//
//	story                        single  pairs   shows    run  equal masked   left findings
//	order                            24    228      24    188     88      0      0        0
//	courier                          36    553      57    495    151      0      0        0
//	durable                          42    769      68    640    239      0      0        0
//	order, the last status wins      24    228      24    145     63     68      0        3
//	courier, copies are obeyed       36    553      57    388    142    116      0        1
//
// With Express kept alive in four copies on two processors there are 200 to 240 runs a second, the
// start of the copies included; TestSpeedKept prints how many, and what a bare client makes of it.
package explore
