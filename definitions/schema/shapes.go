package schema

// The words in which the tables of this package are written.

func key(name, title, doc string, shape Shape, examples ...string) Key {
	return Key{Name: name, Title: title, Doc: doc, Shape: shape, Examples: examples}
}

func needed(name, title, doc string, shape Shape, examples ...string) Key {
	k := key(name, title, doc, shape, examples...)
	k.Required = true
	return k
}

func text() Shape      { return Shape{Form: Text} }
func flag() Shape      { return Shape{Form: Flag} }
func count() Shape     { return Shape{Form: Count} }
func title() Shape     { return Shape{Form: Title} }
func typeText() Shape  { return Shape{Form: Type} }
func duration() Shape  { return Shape{Form: Duration} }
func time() Shape      { return Shape{Form: Time} }
func moment() Shape    { return Shape{Form: Moment} }
func condition() Shape { return Shape{Form: Condition} }
func formula() Shape   { return Shape{Form: Formula} }
func value() Shape     { return Shape{Form: Value} }
func plain() Shape     { return Shape{Form: Plain} }

func word(words ...string) Shape { return Shape{Form: Word, Words: words} }

// names is a text that refers to a symbol; defines is one that makes it known.
func names(s Symbol) Shape   { return Shape{Form: Name, Names: s} }
func defines(s Symbol) Shape { return Shape{Form: Name, Names: s, Defines: true} }

func list(of Shape) Shape      { return Shape{Form: List, Of: &of} }
func oneOrMore(of Shape) Shape { return Shape{Form: OneOrMore, Of: &of} }
func a(name string) Shape      { return Shape{Form: Mapping, Map: name} }
func either(any ...Shape) Shape {
	return Shape{Form: Either, Any: any}
}

// entries is a map whose keys refer to symbols; declares is one whose keys make them known.
func entries(s Symbol, of Shape) Shape { return Shape{Form: Entries, Names: s, Of: &of} }

func declares(s Symbol, of Shape) Shape {
	return Shape{Form: Entries, Names: s, Of: &of, Defines: true}
}

func steps() Shape { return list(a("step")) }
func roles() Shape { return list(names(Role)) }

// fields are name: type, or name: {type, title, ...}.
func fields(s Symbol) Shape { return declares(s, either(typeText(), a("field"))) }

// with fills inputs with values.
func with() Shape { return entries(Input, value()) }

// handlers are the steps for each business error.
func handlers() Shape { return entries(Error, steps()) }
