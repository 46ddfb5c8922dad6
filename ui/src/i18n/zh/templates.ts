import type { templates as en } from '../en/templates';
import type { Words } from '../words';

export const templates: Words<typeof en> = {
  templates: {
    title: '模板管理', count_other: '共 {{count}} 个模板', create: '创建模板', search: '搜索模板', search_hint: '名称、主机或账号',
    column: { name: '模板', address: '连接', password: '密码', test: '最近一次测试', uses: '使用情况', updated: '修改时间' },
    loading: '正在读取模板', error: '无法读取模板', change_error: '模板未能修改',
    empty: '暂无模板', empty_text: '模板以名称保存实例的连接信息，创建任务时直接选择即可，无需重复填写。可在此创建，也可在创建任务时保存。',
    no_match: '没有与“{{query}}”匹配的模板。', show_all: '显示全部模板', copies: '任务保存的是副本：修改或删除模板后，仅在下次选择该模板时生效。',
    password_set: '已设置', password_none: '未设置', never_tested: '从未测试', reachable: '连接成功', unreachable: '连接失败',
    unused: '未使用', uses_other: '{{count}} 个任务', uses_title: '使用该模板创建的任务',
    test: '测试连接', test_of: '测试 {{name}} 的连接', edit: '编辑', edit_title: '编辑“{{name}}”', more: '{{name}} 的更多操作', close_result: '关闭 {{name}} 的测试结果',
    duplicate: '复制', rename: '重命名…', copy_uri: '复制为 URI', copied: '已复制（不含密码）', delete: '删除…',
    delete_title: '确定要删除“{{name}}”吗？', delete_text: '模板及其保存的密码将被删除。使用该模板创建的任务保留各自的副本。', delete_ok: '删除模板',
    import: {
      open: '导入…', title: '导入连接', ok_zero: '导入', ok_other: '导入 {{count}} 个连接',
      text: '粘贴连接信息', text_hint: 'RedisInsight 或 Another Redis Desktop Manager 的导出内容，或每行一个 URI、地址或 redis-cli 命令。',
      choose: '选择文件…', files: '导出的 .json 或 .ano 文件，或文本文件。', list: '识别到的连接',
      too_large: '文件“{{name}}”大小为 {{size}}，超过上限 {{most}}，未读取。', unreadable: '无法读取文件',
      broken: '内容像是导出文件，但不完整，无法识别。请重新导出并粘贴全部内容。', nothing: '未识别到任何连接。',
      unread_lines_other: '有 {{count}} 行无法识别为连接，已忽略（第 {{numbers}} 行）。',
      unread_entries_other: '有 {{count}} 条记录缺少主机名或有效端口，已忽略（第 {{numbers}} 条）。',
      beyond: '仅列出前 {{count}} 个，其余 {{n}} 个请拆分到另一个文件中导入。',
      picked: '已选择 {{picked}} / {{count}}', pick: '导入', pick_of: '导入 {{name}}', environment_all: '统一设置环境…', environment_of: '{{name}} 的环境',
      renamed: '名称“{{name}}”已存在', account: '账号 {{account}}', with_password: '已包含', without_password: '无',
      barred: { tls: '需要 TLS，暂不支持', sentinel: '通过 Sentinel 访问，暂不支持', cluster: '集群实例，暂不支持', ssh: '需要 SSH 隧道，暂不支持' },
      note: { more_hosts: '取多个地址中的第一个', database: '不含数据库编号：在任务中选择数据库' },
      keychain: '每个连接保存为一个模板，密码保存在系统钥匙串中。',
      saved_other: '已将 {{count}} 个连接保存为模板。', not_saved_other: '{{count}} 个未能保存：',
    },
    name: '模板名称', name_hint: '建议使用能说明连接对象的名称，无需唯一。', save: '保存', form_note: '密码保存在系统钥匙串中。',
  },
};
