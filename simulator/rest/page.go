package rest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
)

// The sizes of a page (F-387).
const (
	defaultPageSize = 50
	maxPageSize     = 1000
	maxPageNumber   = 1 << 30 // beyond any list; times a size it still fits into an int
)

// paging is the part of a list that a request asks for (F-387, F-389).
type paging struct {
	size, number int
	// token is PA and the SID of the item before the page, or PB and the SID of the item after it.
	// If it is "", the number of the page counts.
	token string
}

// paging reads which page the request asks for. In the 2010 API every page but the first needs a
// token, except in the list of accounts (F-387).
func (r *request) paging() (paging, error) {
	p, err := parsePaging(r.form)
	needsToken := r.product == coreAPI && r.route.pattern != accountsPath
	if err == nil && needsToken && p.number > 0 && p.token == "" {
		err = apierr.PageTokenMissing()
	}
	return p, err
}

// parsePaging reads PageSize, Page and PageToken. A size or number that is none counts as absent.
// The prefix of a token is checked here, and its SID only where the list is at hand.
func parsePaging(query url.Values) (paging, error) {
	p := paging{size: defaultPageSize, token: query.Get("PageToken")}
	if n, err := strconv.Atoi(query.Get("PageSize")); err == nil && n > 0 {
		p.size = n
	}
	if p.size > maxPageSize {
		return p, apierr.New(apierr.PageSize) // F-387
	}
	if n, err := strconv.Atoi(query.Get("Page")); err == nil && n > 0 {
		p.number = min(n, maxPageNumber)
	}
	if p.token != "" && !strings.HasPrefix(p.token, "PA") && !strings.HasPrefix(p.token, "PB") {
		return p, apierr.New(apierr.PageToken) // F-389
	}
	return p, nil
}

// listNames are the names of a list in JSON and of the list and an item in XML: messages, Messages,
// Message.
type listNames struct{ key, xmlName, xmlItem string }

// page is one page of a list, ready to be written.
type page struct {
	listNames
	items          []object
	number, size   int
	first, this    string // links
	next, previous string // links; "" for none
}

// start returns the index of the page's first item in the whole list, 0 for an empty page (F-388).
func (p *page) start() int {
	if len(p.items) == 0 {
		return 0
	}
	return p.number * p.size
}

// end returns the index of the page's last item in the whole list.
func (p *page) end() int { return p.start() + max(len(p.items)-1, 0) }

// object returns the page as the 2010 API writes it, with its keys in the order of the examples in
// Twilio's OpenAPI document (F-388).
func (p *page) object() object {
	return object{
		aText("first_page_uri", p.first),
		aNumber("end", p.end()),
		aTextOrNull("previous_page_uri", p.previous),
		aList(p.key, p.items),
		aText("uri", p.this),
		aNumber("page_size", p.size),
		aNumber("start", p.start()),
		aTextOrNull("next_page_uri", p.next),
		aNumber("page", p.number),
	}
}

// attributes returns the attributes of a list in XML (F-385).
func (p *page) attributes() object {
	return object{
		aNumber("page", p.number),
		aNumber("page_size", p.size),
		aNumber("start", p.start()),
		aNumber("end", p.end()),
		aText("uri", p.this),
		aText("first_page_uri", p.first),
		aText("previous_page_uri", p.previous),
		aText("next_page_uri", p.next),
	}
}

// meta returns the page as the v1 APIs write it (F-423).
func (p *page) meta() object {
	return object{
		anObject("meta",
			aNumber("page", p.number),
			aNumber("page_size", p.size),
			aText("first_page_url", p.first),
			aTextOrNull("previous_page_url", p.previous),
			aTextOrNull("next_page_url", p.next),
			aText("url", p.this),
			aText("key", p.key)),
		aList(p.key, p.items),
	}
}

// link sets the links of the page. token is the token of the page itself, previous and next are
// those of its neighbours, "" for none. Each link repeats the filters, in the order of Twilio's
// examples (F-389). A PageSize is in every link, also if the request had none.
func (p *page) link(r *request, token, previous, next string) {
	path := r.path()
	if r.format == inXML {
		path, _ = cutFormat(path) // F-383
	}
	url := func(number int, token string) string {
		var b strings.Builder
		b.WriteString(r.base() + path + "?")
		for _, name := range r.route.filters {
			if value := r.form.Get(name); value != "" {
				b.WriteString(escape(name) + "=" + escape(value) + "&")
			}
		}
		b.WriteString("PageSize=" + strconv.Itoa(p.size) + "&Page=" + strconv.Itoa(number))
		if token != "" {
			b.WriteString("&PageToken=" + token)
		}
		return b.String()
	}
	p.first, p.this = url(0, ""), url(p.number, token)
	if next != "" {
		p.next = url(p.number+1, next)
	}
	if previous != "" {
		p.previous = url(max(p.number-1, 0), previous)
	}
}

func escape(s string) string { return url.QueryEscape(s) }

// cutPage returns the page that a request asks for. all are the items of the list in its order, id
// returns the SID of an item. more and less say whether there is a page after it and before it.
func cutPage[T any](
	all []T, asked paging, id func(T) string,
) (items []T, more, less bool, err error) {
	// the product does not overflow: see maxPageNumber
	from, to := asked.number*asked.size, 0
	if asked.token != "" {
		i := slices.IndexFunc(all, func(item T) bool { return id(item) == asked.token[2:] })
		switch {
		case i < 0:
			return nil, false, false, apierr.New(apierr.PageToken)
		case strings.HasPrefix(asked.token, "PB"):
			from = max(i-asked.size, 0)
		default:
			from = i + 1
		}
	}
	from = min(from, len(all))
	to = min(from+asked.size, len(all))
	// a page beyond the end is empty and has no neighbours
	return all[from:to], to < len(all), from > 0 && from < to, nil
}

// listOf returns the answer with a page of a list. all are the items of the whole list, so it is
// for short lists; messages have a list of their own.
func listOf[T any](
	r *request, names listNames, all []T, id func(T) string, encode func(*request, T) object,
) (*answer, error) {
	asked, err := r.paging()
	if err != nil {
		return nil, err
	}
	items, more, less, err := cutPage(all, asked, id)
	if err != nil {
		return nil, err
	}
	p := newPage(names, asked, len(items))
	for i, item := range items {
		p.items[i] = encode(r, item)
	}
	previous, next := "", ""
	if less {
		previous = "PB" + id(items[0])
	}
	if more {
		next = "PA" + id(items[len(items)-1])
	}
	p.link(r, asked.token, previous, next)
	return r.list(p), nil
}

func newPage(names listNames, asked paging, n int) *page {
	return &page{listNames: names, number: asked.number, size: asked.size, items: make([]object, n)}
}
