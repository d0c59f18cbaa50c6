package adventureworks

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"waybill/definitions/value"
)

// row is a line of a file, read column by column; the first thing wrong with it stays in err.
type row struct {
	line  int // from 1
	file  *File
	cells []string
	err   error
}

var errEmpty = errors.New("empty")

// readFile gives every row to take; an error of take rejects the row.
func (c *company) readFile(files fs.FS, name string, columns int, take func(*row) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing was written
	account := &File{Name: name, Rejected: []Rejection{}}
	c.files = append(c.files, account)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if lines.Text() == "" {
			continue
		}
		account.Read++
		account.Loaded++
		r := &row{line: account.Read, file: account, cells: strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")}
		if len(r.cells) != columns {
			account.reject(r.line, fmt.Sprintf("%d columns, not %d", len(r.cells), columns))
			continue
		}
		if err := take(r); err != nil {
			account.reject(r.line, err.Error())
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// text is a cell that must hold something.
func (r *row) text(column int) string {
	text := strings.TrimSpace(r.cells[column])
	if text == "" {
		r.fail(column, errEmpty)
	}
	return text
}

func (r *row) optional(column int) string { return strings.TrimSpace(r.cells[column]) }

func (r *row) flag(column int) bool {
	switch text := r.text(column); text {
	case "1":
		return true
	case "0":
		return false
	default:
		r.fail(column, fmt.Errorf("%q is neither 0 nor 1", text))
		return false
	}
}

// number is a decimal, such as .5000, without the zeros at its end.
func (r *row) number(column int) value.Decimal {
	text := r.text(column)
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	d, err := value.ParseDecimal(text)
	if err != nil {
		r.fail(column, err)
	}
	return d.Trim(0)
}

// whole is a whole number from 0 on.
func (r *row) whole(column int) int {
	d := r.number(column)
	n, ok := d.Int64()
	if !ok || n < 0 {
		r.fail(column, fmt.Errorf("%s is no whole number from 0 on", d))
	}
	return int(n)
}

// date is the date of a moment such as 2021-05-25 00:00:00.000; "" where the cell is empty.
func (r *row) date(column int) string {
	text, _, _ := strings.Cut(r.optional(column), " ")
	if text == "" {
		return ""
	}
	if _, err := value.ParseDate(text); err != nil {
		r.fail(column, err)
	}
	return text
}

func (r *row) fail(column int, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("column %d: %w", column+1, err)
	}
}
