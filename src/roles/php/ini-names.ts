/**
 * The names of PHP's own settings, as `ini_get_all` of PHP 8.2 lists them: PHP takes any other name without a word, and
 * does nothing by it.
 */
const core = `
allow_url_fopen allow_url_include arg_separator.input arg_separator.output assert.active assert.bail assert.callback
assert.exception assert.warning auto_append_file auto_detect_line_endings auto_globals_jit auto_prepend_file browscap
date.default_latitude date.default_longitude date.sunrise_zenith date.sunset_zenith date.timezone default_charset
default_mimetype default_socket_timeout disable_classes disable_functions display_errors display_startup_errors
docref_ext docref_root enable_post_data_reading error_append_string error_log error_log_mode error_prepend_string
error_reporting exif.decode_jis_intel exif.decode_jis_motorola exif.decode_unicode_intel exif.decode_unicode_motorola
exif.encode_jis exif.encode_unicode expose_php ffi.enable ffi.preload fiber.stack_size file_uploads filter.default
filter.default_flags from hard_timeout highlight.comment highlight.default highlight.html highlight.keyword
highlight.string html_errors iconv.input_encoding iconv.internal_encoding iconv.output_encoding ignore_repeated_errors
ignore_repeated_source ignore_user_abort implicit_flush include_path input_encoding internal_encoding log_errors
mail.add_x_header mail.force_extra_parameters mail.log mail.mixed_lf_and_crlf max_execution_time max_file_uploads
max_input_nesting_level max_input_time max_input_vars max_multipart_body_parts memory_limit mysqli.allow_local_infile
mysqli.allow_persistent mysqli.default_host mysqli.default_port mysqli.default_pw mysqli.default_socket
mysqli.default_user mysqli.local_infile_directory mysqli.max_links mysqli.max_persistent
mysqli.rollback_on_cached_plink mysqlnd.collect_memory_statistics mysqlnd.collect_statistics mysqlnd.debug
mysqlnd.log_mask mysqlnd.mempool_default_size mysqlnd.net_cmd_buffer_size mysqlnd.net_read_buffer_size
mysqlnd.net_read_timeout mysqlnd.sha256_server_public_key mysqlnd.trace_alloc opcache.blacklist_filename
opcache.consistency_checks opcache.dups_fix opcache.enable opcache.enable_file_override opcache.error_log
opcache.file_cache opcache.file_cache_consistency_checks opcache.file_cache_only opcache.file_update_protection
opcache.force_restart_timeout opcache.huge_code_pages opcache.interned_strings_buffer opcache.jit
opcache.jit_bisect_limit opcache.jit_blacklist_root_trace opcache.jit_blacklist_side_trace opcache.jit_buffer_size
opcache.jit_debug opcache.jit_hot_func opcache.jit_hot_loop opcache.jit_hot_return opcache.jit_hot_side_exit
opcache.jit_max_exit_counters opcache.jit_max_loop_unrolls opcache.jit_max_polymorphic_calls
opcache.jit_max_recursive_calls opcache.jit_max_recursive_returns opcache.jit_max_root_traces
opcache.jit_max_side_traces opcache.jit_prof_threshold opcache.lockfile_path opcache.log_verbosity_level
opcache.max_accelerated_files opcache.max_file_size opcache.max_wasted_percentage opcache.memory_consumption
opcache.opt_debug_level opcache.optimization_level opcache.preferred_memory_model opcache.preload
opcache.preload_user opcache.protect_memory opcache.record_warnings opcache.restrict_api opcache.revalidate_freq
opcache.revalidate_path opcache.save_comments opcache.use_cwd opcache.validate_permission opcache.validate_root
opcache.validate_timestamps open_basedir openssl.cafile openssl.capath output_buffering output_encoding
output_handler pcre.backtrack_limit pcre.jit pcre.recursion_limit pdo_mysql.default_socket phar.cache_list
phar.readonly phar.require_hash post_max_size precision realpath_cache_size realpath_cache_ttl register_argc_argv
report_memleaks report_zend_debug request_order sendmail_from sendmail_path serialize_precision session.auto_start
session.cache_expire session.cache_limiter session.cookie_domain session.cookie_httponly session.cookie_lifetime
session.cookie_path session.cookie_samesite session.cookie_secure session.gc_divisor session.gc_maxlifetime
session.gc_probability session.lazy_write session.name session.referer_check session.save_handler session.save_path
session.serialize_handler session.sid_bits_per_character session.sid_length session.trans_sid_hosts
session.trans_sid_tags session.upload_progress.cleanup session.upload_progress.enabled session.upload_progress.freq
session.upload_progress.min_freq session.upload_progress.name session.upload_progress.prefix session.use_cookies
session.use_only_cookies session.use_strict_mode session.use_trans_sid short_open_tag SMTP smtp_port sys_temp_dir
syslog.facility syslog.filter syslog.ident unserialize_callback_func unserialize_max_depth upload_max_filesize
upload_tmp_dir url_rewriter.hosts url_rewriter.tags user_agent user_ini.cache_ttl user_ini.filename variables_order
xmlrpc_error_number xmlrpc_errors zend.assertions zend.detect_unicode zend.enable_gc zend.exception_ignore_args
zend.exception_string_param_max_len zend.multibyte zend.script_encoding zend.signal_check zlib.output_compression
zlib.output_compression_level zlib.output_handler`;

export const iniNames: ReadonlySet<string> = new Set(core.trim().split(/\s+/));

/** Extensions whose settings begin with another word than their name. */
const otherPrefix: Readonly<Record<string, string>> = { apc: 'apcu' };

/** The extension to which a setting belongs, by the word before its dot. */
export function extensionOfSetting(name: string): string | undefined {
  const [prefix = '', rest] = name.split('.');
  return rest === undefined ? undefined : (otherPrefix[prefix] ?? prefix);
}
