"""Addresses of reports: work, one report and its acts and history, review, board, calendar, notices."""

from django.urls import path

from . import views_calendar, views_notices, views_reports, views_review

urlpatterns = [
    path("my-work/", views_reports.my_work, name="my_work"),
    path("reports/<uuid:report>/", views_reports.report, name="report"),
    path("reports/<uuid:report>/acts/<slug:act>/", views_reports.report_act, name="report_act"),
    path("reports/<uuid:report>/history/", views_reports.report_history, name="report_history"),
    path("reports/<uuid:report>/history/<int:number>/", views_reports.report_revision, name="report_revision"),
    path("reports/<uuid:report>/compare/", views_reports.report_compare, name="report_compare"),
    path("reports/<uuid:report>/extend/", views_calendar.report_extend, name="report_extend"),
    path("review/", views_review.review_queue, name="review_queue"),
    path("review/approve/", views_review.bulk_approve, name="bulk_approve"),
    path("review/board/", views_review.completeness_board, name="completeness_board"),
    path("review/board/data.<str:extension>", views_review.board_download, name="completeness_download"),
    path("calendar/", views_calendar.calendar, name="calendar"),
    path("calendar/schedules/new/", views_calendar.schedule_edit, name="schedule_new"),
    path("calendar/schedules/<int:pk>/", views_calendar.schedule_edit, name="schedule_edit"),
    path("notices/", views_notices.notice_list, name="notice_list"),
    path("notices/read/", views_notices.notices_all_read, name="notices_all_read"),
    path("notices/<int:pk>/read/", views_notices.notice_read, name="notice_read"),
]
