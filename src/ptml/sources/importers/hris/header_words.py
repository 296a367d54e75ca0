"""How personnel systems call what the contract has, in English and Chinese."""

from collections.abc import Mapping
from types import MappingProxyType

ACCOUNT_WORDS = (
    *("windowsaccount", "login", "loginname", "username", "useraccount", "account", "userid"),
    *("samaccountname", "登录名", "登入帳號", "用户名", "使用者名稱", "账号", "帳號"),
)
"""What people sign in with: it may stand for a number where a file has none."""
# Without spaces, marks and capitals; the first that a file has counts.
_EMPLOYEE = (
    *("employeeid", "employeenumber", "employeeno", "empid", "empno", "personnelnumber", "staffid"),
    *("工号", "工號", "员工编号", "員工編號", "员工工号", "人员编号", "职工号", "員工代號"),
    *ACCOUNT_WORDS,
)
_UNIT = (
    *("orgunitid", "departmentcode", "deptcode", "departmentid", "deptid", "costcenter"),
    *(
        "部门编码",
        "部门代码",
        "部門代碼",
        "部門代號",
        "orgunit",
        "department",
        "dept",
        "部门",
        "部門",
    ),
)
_UNIT_NAME = ("departmentname", "deptname", "部门名称", "部門名稱", "department", "部门", "部門")
_ROLE = (
    *("roleid", "jobcode", "positioncode", "岗位编码", "职位编码", "職位代碼", "role", "position"),
    *("jobtitle", "岗位", "职位", "職位", "岗位名称", "职位名称", "職稱"),
)
_ROLE_TITLE = ("jobtitle", "positiontitle", "岗位名称", "职位名称", "職稱", "岗位", "职位", "職位")
_HIRED = (
    *("hiredon", "hiredate", "startdate", "joindate", "dateofjoining", "入职日期", "入职时间"),
    *("入職日期", "到职日期", "到職日", "到職日期"),
)
_COURSE = ("courseid", "coursecode", "课程编号", "课程代码", "課程編號", "課程代碼")
_TITLE = ("coursetitle", "coursename", "课程名称", "課程名稱")

HEADER_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "employees": {
            "employee_id": _EMPLOYEE,
            "hired_on": _HIRED,
            "left_on": (
                *("lefton", "terminationdate", "leavingdate", "enddate", "离职日期", "離職日期"),
                *("离职时间", "離職日"),
            ),
            "protected_gender": ("gender", "sex", "性别", "性別"),
            "protected_birth_date": ("birthdate", "dateofbirth", "出生日期", "生日"),
        },
        "org_units": {
            "org_unit_id": _UNIT,
            "name": _UNIT_NAME,
            "parent_id": (
                *(
                    "parentdepartmentcode",
                    "parentdepartment",
                    "上级部门编码",
                    "上级部门",
                    "上級部門",
                ),
            ),
        },
        "roles": {
            "role_id": _ROLE,
            "title": _ROLE_TITLE,
            "job_family": ("jobfamily", "jobfunction", "职族", "岗位序列", "職系", "职位序列"),
        },
        "assignments": {
            "employee_id": _EMPLOYEE,
            "valid_from": (
                *("validfrom", "assignmentstart", "positionstart", "effectivedate", "任职日期"),
                *("生效日期", "任職日期", *_HIRED),
            ),
            "valid_to": ("validto", "assignmentend", "positionend", "失效日期"),
            "org_unit_id": _UNIT,
            "role_id": _ROLE,
            "grade": ("grade", "jobgrade", "joblevel", "职级", "職等", "職級", "岗级"),
            "manager_id": (
                *("managerid", "supervisorid", "managernumber", "直属上级工号", "上级工号"),
                *("直属领导工号", "主管工號", "上級工號", "manager"),
                *("supervisor", "linemanager", "reportsto", "直属上级", "直屬主管"),
            ),
        },
        "courses": {
            "course_id": _COURSE,
            "title": _TITLE,
            "hours": ("hours", "学时", "學時", "課時"),
        },
        "enrolments": {
            "enrolment_id": ("enrolmentid", "enrollmentid", "报名编号", "報名編號", "培训记录编号"),
            "employee_id": _EMPLOYEE,
            "course_id": _COURSE,
            "enrolled_on": (
                "enrolledon",
                "enrolmentdate",
                "enrollmentdate",
                "报名日期",
                "報名日期",
            ),
            "completed_on": ("completedon", "completiondate", "完成日期", "结业日期", "結訓日期"),
            "exam_score": ("examscore", "score", "考试成绩", "考試成績", "成绩", "成績"),
        },
        "performance": {
            "employee_id": _EMPLOYEE,
            "kpi_id": ("kpiid", "kpi", "指标编码", "指标", "指標", "考核指标"),
            "period_start": ("periodstart", "periodfrom", "考核开始日期", "考核開始日期"),
            "period_end": ("periodend", "periodto", "考核结束日期", "考核結束日期"),
            "value": ("value", "actual", "实际值", "實際值", "完成值"),
            "target": ("target", "目标值", "目標值"),
            "weight": ("weight", "权重", "權重"),
        },
        "assessments": {
            "employee_id": _EMPLOYEE,
            "competency_id": ("competencyid", "competency", "能力编码", "能力项", "能力項"),
            "level": ("level", "assessedlevel", "能力等级", "能力等級", "评估等级"),
            "source": ("source", "assessmenttype", "评估方式", "評估方式"),
            "assessed_on": ("assessedon", "assessmentdate", "评估日期", "評估日期"),
        },
    }
)
"""Words by table and column of the contract."""

ADDRESS_WORDS = (
    "email",
    "emailaddress",
    "workemail",
    "mail",
    "邮箱",
    "电子邮箱",
    "電子郵件",
    "信箱",
)
