-- Run in a file with one mistake: waits for it, mends it, and asks what an analyst would. Writes JSON.
local heard = {}

local function mistakes()
  local codes = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    table.insert(codes, {line = d.lnum + 1, column = d.col + 1, message = d.message, code = d.code})
  end
  return codes
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 10000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end

local function at(line, column)
  vim.api.nvim_win_set_cursor(0, {line, column})
  return vim.lsp.util.make_position_params(0, 'utf-16')
end

vim.wait(20000, function() return #mistakes() > 0 end, 20)
heard.mistakes = mistakes()

local mend = {textDocument = {uri = vim.uri_from_bufnr(0)}, context = {diagnostics = {}}}
local place = {line = heard.mistakes[1].line - 1, character = heard.mistakes[1].column - 1}
mend.range = {start = place, ['end'] = place}
local actions = ask('textDocument/codeAction', mend)
vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
vim.wait(20000, function() return #mistakes() == 0 end, 20)
heard.left = #mistakes()

heard.hover = ask('textDocument/hover', at(6, 18)).contents.value
heard.definition = ask('textDocument/definition', at(6, 18))[1].uri:match('[^/]*$')
local rename = at(6, 18)
rename.newName = '编号'
vim.lsp.util.apply_workspace_edit(ask('textDocument/rename', rename), 'utf-16')
heard.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)

io.stdout:write('\n' .. vim.json.encode(heard) .. '\n')
vim.cmd('qa!')
