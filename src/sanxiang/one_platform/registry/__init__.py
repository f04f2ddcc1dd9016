"""Agencies, people and items (主体、人员、事项): pages, the acts of the registrar, spreadsheets in and out."""
