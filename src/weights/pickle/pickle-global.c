/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-global.h"
#include "weights/pickle/pickle-memory.h"
#include "weights/weights-error.h"

#include <string.h>

#define MAX_NAME_LENGTH 512

typedef struct
{
  const char *module;
  const char *name;
  GengaPickleRole role;
  GengaDType dtype;
} Known;

#define STORAGE(name, dtype)                                                                       \
  {                                                                                                \
    "torch", name "Storage", GENGA_PICKLE_ROLE_STORAGE, GENGA_DTYPE_##dtype                        \
  }
#define DTYPE(name, dtype)                                                                         \
  {                                                                                                \
    "torch", name, GENGA_PICKLE_ROLE_DTYPE, GENGA_DTYPE_##dtype                                    \
  }

static const Known known[] = {
  { "collections", "OrderedDict", GENGA_PICKLE_ROLE_ORDERED_DICT, 0 },
  { "typing", "OrderedDict", GENGA_PICKLE_ROLE_ORDERED_DICT, 0 },
  { "torch", "Size", GENGA_PICKLE_ROLE_SIZE, 0 },
  { "torch._utils", "_rebuild_tensor", GENGA_PICKLE_ROLE_REBUILD_TENSOR, 0 },
  { "torch._utils", "_rebuild_tensor_v2", GENGA_PICKLE_ROLE_REBUILD_TENSOR_V2, 0 },
  { "torch._utils", "_rebuild_tensor_v3", GENGA_PICKLE_ROLE_REBUILD_TENSOR_V3, 0 },
  { "torch._utils", "_rebuild_parameter", GENGA_PICKLE_ROLE_REBUILD_PARAMETER, 0 },
  { "torch._utils", "_rebuild_parameter_with_state", GENGA_PICKLE_ROLE_REBUILD_PARAMETER, 0 },
  { "torch.nn.parameter", "Parameter", GENGA_PICKLE_ROLE_REBUILD_PARAMETER, 0 },
  { "torch._tensor", "_rebuild_from_type_v2", GENGA_PICKLE_ROLE_REBUILD_FROM_TYPE, 0 },
  { "torch", "UntypedStorage", GENGA_PICKLE_ROLE_UNTYPED_STORAGE, GENGA_DTYPE_U8 },
  { "torch.storage", "UntypedStorage", GENGA_PICKLE_ROLE_UNTYPED_STORAGE, GENGA_DTYPE_U8 },
  STORAGE ("Double", F64),
  STORAGE ("Float", F32),
  STORAGE ("Half", F16),
  STORAGE ("BFloat16", BF16),
  STORAGE ("Long", I64),
  STORAGE ("Int", I32),
  STORAGE ("Short", I16),
  STORAGE ("Char", I8),
  STORAGE ("Byte", U8),
  STORAGE ("Bool", BOOL),
  DTYPE ("float64", F64),
  DTYPE ("float32", F32),
  DTYPE ("float16", F16),
  DTYPE ("bfloat16", BF16),
  DTYPE ("int64", I64),
  DTYPE ("int32", I32),
  DTYPE ("int16", I16),
  DTYPE ("int8", I8),
  DTYPE ("uint8", U8),
  DTYPE ("bool", BOOL),
};

/*
 * Packages that reach files, processes, the network or the interpreter. None of them belongs into
 * a model, and nothing of them would run here; but the next program to open the file would run it.
 */
static const char *const dangerous_packages[] = {
  "os",         "posix",        "nt",        "posixpath",  "ntpath",
  "subprocess", "commands",     "popen2",    "sys",        "shutil",
  "socket",     "socketserver", "importlib", "imp",        "runpy",
  "pty",        "ctypes",       "_ctypes",   "cffi",       "code",
  "codeop",     "pdb",          "bdb",       "timeit",     "cProfile",
  "pickle",     "_pickle",      "cPickle",   "dill",       "cloudpickle",
  "joblib",     "marshal",      "asyncio",   "webbrowser", "http",
  "httplib",    "urllib",       "urllib2",   "requests",   "aiohttp",
  "ftplib",     "smtplib",      "telnetlib", "xmlrpc",     "tempfile",
  "pkgutil",    "pip",          "venv",      "ensurepip",  "setuptools",
  "distutils",  "idlelib",      "doctest",   "pydoc",      "multiprocessing",
  "zipimport",  "operator",     "_operator",
};

/* What may be asked of the builtins: plain types. Everything else there is a tool of attacks. */
static const char *const harmless_builtins[] = {
  "set",     "frozenset", "dict",    "list",   "tuple",     "object", "int",
  "long",    "float",     "complex", "bytes",  "bytearray", "str",    "bool",
  "unicode", "slice",     "range",   "xrange", "NoneType",
};

static gboolean
contains (const char *const *list, guint n, const char *text, gsize length)
{
  for (guint i = 0; i < n; i++)
    {
      if (list[i][0] == text[0] && strlen (list[i]) == length &&
          memcmp (list[i], text, length) == 0)
        return TRUE;
    }
  return FALSE;
}

#define CONTAINS(list, text, length) contains (list, G_N_ELEMENTS (list), text, length)

static gsize
component_length (const char *text, gsize length)
{
  const char *dot = memchr (text, '.', length);

  return dot != NULL ? (gsize)(dot - text) : length;
}

/*
 * `name` may be a path of attributes (protocol 4), and a harmless module may lead to a dangerous
 * one (torch.serialization, "os.system"): every step of the path counts.
 */
static gboolean
is_dangerous (const GengaPickleValue *module, const GengaPickleValue *name)
{
  gsize package = component_length (module->bytes, module->length);
  gboolean is_builtins = genga_pickle_is_string (module, "builtins") ||
                         genga_pickle_is_string (module, "__builtin__") ||
                         genga_pickle_is_string (module, "__builtins__");

  if (CONTAINS (dangerous_packages, module->bytes, package))
    return TRUE;
  if (is_builtins)
    return !CONTAINS (harmless_builtins, name->bytes, name->length);

  for (gsize start = 0; start < name->length;)
    {
      const char *step = name->bytes + start;
      gsize length = component_length (step, name->length - start);
      gboolean is_last = start + length == name->length;

      if (length > 4 && step[0] == '_' && step[1] == '_' && step[length - 1] == '_' &&
          step[length - 2] == '_')
        return TRUE;
      if (!is_last && CONTAINS (dangerous_packages, step, length))
        return TRUE;
      start += length + 1;
    }
  return FALSE;
}

gboolean
genga_pickle_global (GengaPickle *self,
                     const GengaPickleValue *module,
                     const GengaPickleValue *name,
                     GengaPickleValue *out)
{
  GengaPickleGlobal *global;

  if (module->kind != GENGA_PICKLE_STRING || name->kind != GENGA_PICKLE_STRING ||
      module->length == 0 || module->length > MAX_NAME_LENGTH || name->length == 0 ||
      name->length > MAX_NAME_LENGTH)
    return genga_pickle_fail (self, "false name of a class");

  global = genga_pickle_allocate (self, sizeof *global);
  if (global == NULL)
    return FALSE;
  global->module = *module;
  global->name = *name;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      /* The first letters alone tell most of them apart. */
      if (known[i].module[0] == module->bytes[0] && known[i].name[0] == name->bytes[0] &&
          genga_pickle_is_string (module, known[i].module) &&
          genga_pickle_is_string (name, known[i].name))
        {
          global->role = known[i].role;
          global->dtype = known[i].dtype;
        }
    }
  *out = (GengaPickleValue){ .kind = GENGA_PICKLE_GLOBAL, .global = global };
  if (is_dangerous (module, name))
    {
      g_autofree char *full_name = genga_pickle_dup_global_name (out);

      return self->error == NULL && genga_weights_malicious (&self->error, full_name);
    }
  return TRUE;
}

char *
genga_pickle_dup_global_name (const GengaPickleValue *value)
{
  const GengaPickleGlobal *global = value->global;
  g_autofree char *module = genga_weights_quote (global->module.bytes, global->module.length);
  g_autofree char *name = genga_weights_quote (global->name.bytes, global->name.length);

  return *module != '\0' ? g_strdup_printf ("%s.%s", module, name) : g_strdup (name);
}
