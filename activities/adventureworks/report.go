package adventureworks

// Report accounts for every row of every file.
type Report struct {
	Files []*File  `json:"files"`
	Notes []string `json:"notes"` // what was decided about rows that were loaded
}

// File is one file's account: Read = Loaded + len(Rejected).
type File struct {
	Name     string      `json:"name"`
	Read     int         `json:"read"`
	Loaded   int         `json:"loaded"`
	Rejected []Rejection `json:"rejected"`
}

// Rejection is a row that was not loaded, and why.
type Rejection struct {
	Row    int    `json:"row"` // in the file, from 1
	Reason string `json:"reason"`
}

// Rejected is the number of rows rejected in all files.
func (r *Report) Rejected() int {
	n := 0
	for _, f := range r.Files {
		n += len(f.Rejected)
	}
	return n
}

// File returns the account of a file; nil where there is none of that name.
func (r *Report) File(name string) *File {
	for _, f := range r.Files {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func (f *File) reject(row int, reason string) {
	f.Loaded--
	f.Rejected = append(f.Rejected, Rejection{Row: row, Reason: reason})
}
