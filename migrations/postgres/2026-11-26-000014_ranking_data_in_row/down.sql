ALTER TABLE search_documents RESET (toast_tuple_target);
