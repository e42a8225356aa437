"""What the audit trail calls its actions and actors, in Chinese."""

from screening.domain.review import Step

ACTORS = {"desk": "系统", "system": "系统", "unknown": "（未能认出）"}
ACTIONS = {f"case:{step.value}": f"稿件：{step.label}" for step in Step if step is not Step.SCREEN} | {
    "case:screened": "稿件：登记检查结果",
    "sign_in:done": "登录",
    "sign_in:failed": "登录失败",
    "sign_in:outside": "由单位账号登录",
    "sign_in:locked": "登录锁定",
    "sign_in:out": "退出",
    "sign_in:out_elsewhere": "退出其他登录",
    "person:added": "人员：新增",
    "person:invited": "人员：发出启用链接",
    "person:set_up": "人员：启用",
    "person:changed": "人员：更改资料或角色",
    "person:deactivated": "人员：停用",
    "person:activated": "人员：重新启用",
    "person:reset": "人员：重设口令和动态口令",
    "person:password": "人员：更改口令",
    "person:second_factor": "人员：登记动态口令",
    "token:made": "令牌：新建",
    "token:revoked": "令牌：吊销",
    "unit:added": "单位：新增",
    "unit:changed": "单位：更改",
    "case:download": "稿件：下载文件",
    "case:purge": "稿件：到期删除内容",
    "webhook:failed": "通知：多次未送达",
    "scan:handed_over": "扫描：交来结果",
    "scan:settled": "扫描：登记处理",
    "scan:purge": "扫描：到期删除",
    "scan:case": "扫描：并入已有的案件",
    "register:export": "导出登记簿",
    "audit:export": "导出审计记录",
}
